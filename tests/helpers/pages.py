"""Pages of made-up cases, as the tests of the report print them."""

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.image import imread

from multifidus.domain.case import CaseResult
from multifidus.domain.spine import LevelSlice, LevelSource
from multifidus.report.page import case_page
from multifidus.report.pictures.axial import level_overlay
from multifidus.report.sections import (
    Block,
    Facts,
    Gallery,
    Lines,
    Page,
    Picture,
    Section,
    Sheet,
    Statement,
    Style,
    Sum,
    Text,
    Wording,
)
from multifidus.report.table import Table
from tests.helpers.cases import L4_L5, finished_case
from tests.helpers.phantoms import axial_geometry, box_labels, water_and_fat

WORDING = Wording("a banner", (Statement("a limit", "its source"),), (Statement("no", "x"),))


def overlay() -> bytes:
    """The middle slice of the phantom with its outlines, PNG."""
    labels = box_labels(axial_geometry())
    water, _ = water_and_fat(labels, {})
    return level_overlay(water, labels, LevelSlice(L4_L5, 2, LevelSource.LABEL_MAP))


TABLE = Table(("name", "answer"), (("first", "yes"),))
BLOCKS: dict[str, Block] = {
    "a paragraph": Text("marked words", Style.SOFT),
    "a list": Lines((Statement("marked words", "a source"),), Style.STRONG),
    "a table": Sheet(Table(("heading",), (("marked words",),)), (1,)),
    "a table with tones": Sheet(TABLE, tones=("met",)),
    "facts": Facts((("name", "marked words"),)),
    "a conclusion": Sum("a set", "marked words", "open", "a remark"),
    "a gallery": Gallery((Picture("one.png", "marked words", overlay()),), is_wide=True),
    "a section": Section("marked words", (Text("within"),)),
}


def page_of(case: CaseResult | None = None, pictures: Sequence[Picture] | None = None) -> Page:
    """The report's page of a case, with one picture where none are named."""
    shown = [Picture("level_L4-5.png", "L4/5", overlay())] if pictures is None else pictures
    return case_page(case or finished_case(), WORDING, shown, "f" * 64)


def pixels(png: bytes) -> np.ndarray:
    """(rows, columns, 3) RGB, 0-1."""
    return imread(io.BytesIO(png))[..., :3]
