from dataclasses import replace
from typing import get_args

import pytest

from multifidus.domain.errors import UsageError
from multifidus.domain.precision import Unpaired
from multifidus.report import notebook
from multifidus.report.notebook import lines, show
from multifidus.report.sections import Block, Section, Text
from multifidus.report.table import Table
from tests.helpers.cases import finished_case
from tests.helpers.pages import BLOCKS

UNPAIRED = (Unpaired("P<1>", "slice 3", "A"),)


@pytest.fixture
def shown(monkeypatch) -> list[str]:
    """What a notebook would display: HTML as it is, a picture as its width."""
    told: list[str] = []
    monkeypatch.setattr(
        notebook,
        "display",
        lambda one: told.append(one.data if isinstance(one.data, str) else f"picture {one.width}"),
    )
    return told


def test_several_of_a_kind_are_shown_as_their_table_and_names_stay_text(shown):
    show(UNPAIRED)
    assert "<td style='text-align:left'>P&lt;1&gt;</td>" in shown[0]
    show(list(UNPAIRED))
    assert shown[1] == shown[0]
    show({"any": UNPAIRED[0]})
    assert shown[2] == shown[0]


def test_nothing_is_said_to_be_nothing(shown):
    show(())
    show(Table(("heading",), ()))
    show(finished_case(), "Grades and norms")
    assert shown == ["<p>none</p>", "<p>none</p>", "<p>Grades and norms: none</p>"]


def test_a_part_of_a_result_is_shown_by_its_heading_also_one_within_another(shown):
    show(finished_case(), "Series")
    assert len(shown) == 1 and "series 3" in shown[0]
    shown.clear()
    show(finished_case(), "In short")
    assert "Set A: 1 of 2 answered as asked; open: conservative care in months." in shown[0]


def test_a_whole_result_is_every_section_of_its_report_in_order(shown):
    show(finished_case())
    headings = [one for one in shown if one.startswith("<h4>")]
    assert headings[0] == "<h4>In short</h4>"
    assert "<h4>How it was measured</h4>" in headings
    assert "<h4>Grades and norms</h4>" not in headings


def test_every_kind_of_block_is_shown(shown):
    assert {type(block) for block in BLOCKS.values()} == set(get_args(Block))
    for block in BLOCKS.values():
        shown.clear()
        show(Section("heading", (block,)), width_pixels=320)
        assert len(shown) > 1, block
    show(replace(BLOCKS["a gallery"]).pictures, width_pixels=320)
    assert shown[-1] == "picture 320"


def test_a_part_that_a_result_has_not_and_a_thing_of_no_known_kind_are_refused(shown):
    with pytest.raises(UsageError, match="no part 'Scoress'; there are: Before anything else"):
        show(finished_case(), "Scoress")
    with pytest.raises(UsageError, match="how to show int"):
        show([1])
    assert not shown


def test_empty_lines_are_left_out(shown):
    lines(["a", "", "b"])
    assert shown == ["<p>a</p><p>b</p>"]
    show(Section("heading", (Text("c"),)))
    assert shown[1:] == ["<h4>heading</h4>", "<p>c</p>"]
