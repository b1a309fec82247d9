"""A form as one HTML page that works without a network and sends nothing anywhere."""

from collections.abc import Mapping, Sequence

from multifidus.report.html import rendered

TEMPLATE = "form.html.j2"


def form_page(
    title: Sequence[str], questions: Sequence[Mapping[str, object]], software: str, banner: str
) -> str:
    """The page. title: of the rule sets. questions: name, label, section, unit, limits, choices."""
    sections: dict[str, list[Mapping[str, object]]] = {}
    for question in questions:
        sections.setdefault(str(question["section"]), []).append(question)
    view = {
        "title": list(title),
        "sections": sections,
        "names": [question["name"] for question in questions],
        "software": software,
        "banner": banner,
    }
    return rendered(TEMPLATE, **view)
