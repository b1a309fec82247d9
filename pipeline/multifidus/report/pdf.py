"""A page of sections as a tagged PDF."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import typst

from multifidus.report.sections import Gallery, Page, Picture

TEMPLATES = Path(__file__).parent / "templates"


def print_pdf(page: Page) -> bytes:
    """The page as a tagged PDF; the same page gives the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for part in TEMPLATES.glob("*.typ"):
            shutil.copy(part, root)
        content = json.dumps(asdict(page), default=_left_out)
        (root / "page.json").write_text(content, encoding="utf-8")
        for picture in _pictures(page):
            (root / picture.name).write_bytes(picture.png)
        pdf = typst.compile(str(root / "page.typ"), root=str(root), ignore_system_fonts=True)
    return bytes(pdf)


def _pictures(page: Page) -> Iterator[Picture]:
    for section in page.sections:
        for part in section.parts():
            for block in part.blocks:
                if isinstance(block, Gallery):
                    yield from block.pictures


def _left_out(_: object) -> None:
    """Pictures are files beside the page; their bytes have no place in it."""
