"""A page of sections, or a form, as one HTML page that loads nothing."""

import base64

from jinja2 import Environment, PackageLoader, StrictUndefined

from multifidus.report.sections import Page


def print_html(page: Page) -> str:
    """The page with its pictures in it."""
    return rendered("page.html.j2", page=page)


def rendered(template: str, **content: object) -> str:
    """The template filled in; all text is escaped."""
    environment = Environment(
        loader=PackageLoader("multifidus.report"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["as_address"] = _as_address
    return environment.get_template(template).render(**content)


def _as_address(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
