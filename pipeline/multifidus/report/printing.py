"""A view printed by one of the templates: as one HTML page, or as a tagged PDF."""

import base64
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from multifidus.report.page import Picture

TEMPLATES = Path(__file__).parent / "templates"
LOOK = "look.typ"
"""What every PDF of the project looks like; each template imports it."""


def html_page(template: str, view: Mapping[str, object], pictures: Sequence[Picture] = ()) -> str:
    """The view as one HTML page that loads nothing; pictures lie in it."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    images = {
        one.name: "data:image/png;base64," + base64.b64encode(one.png).decode() for one in pictures
    }
    return environment.get_template(template).render(**view, images=images)


def pdf_document(
    template: str, view: Mapping[str, object], pictures: Sequence[Picture] = ()
) -> bytes:
    """The view as a tagged PDF; the same view gives the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in (template, LOOK):
            shutil.copy(TEMPLATES / name, root)
        (root / "view.json").write_text(json.dumps(view), encoding="utf-8")
        for one in pictures:
            (root / one.name).write_bytes(one.png)
        pdf = typst.compile(str(root / template), root=str(root), ignore_system_fonts=True)
    return bytes(pdf)
