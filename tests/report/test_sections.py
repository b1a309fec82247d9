import re
from dataclasses import replace
from typing import get_args

import pytest

from multifidus.report.html import print_html
from multifidus.report.pdf import print_pdf
from multifidus.report.sections import (
    Block,
    Facts,
    Lines,
    Look,
    Page,
    Section,
    Sheet,
    Statement,
    Style,
    Sum,
    Text,
    sheet,
    titled,
)
from multifidus.report.table import Table
from tests.helpers.pages import BLOCKS, TABLE

PAGE = Page("Title", "P1", "Multifidus 0", "f" * 64, "a banner", ())


def page_with(*blocks: Block, look: Look = Look.PLAIN) -> Page:
    return replace(PAGE, sections=(Section("The heading", blocks, look),))


def test_no_kind_of_block_is_left_out_here() -> None:
    assert {type(block) for block in BLOCKS.values()} == set(get_args(Block))


@pytest.mark.parametrize("name", BLOCKS)
def test_every_kind_of_block_is_printed_in_both(name: str) -> None:
    page = page_with(BLOCKS[name])
    words = "yes" if "tones" in name else "marked words"
    assert words in print_html(page)
    assert len(print_pdf(page)) > len(print_pdf(page_with(Text("")))) + 20


@pytest.mark.parametrize("look", Look)
def test_a_section_stands_in_both_in_every_look(look: Look) -> None:
    page = page_with(Text("within"), look=look)
    html = print_html(page)
    assert "within" in html
    assert ("The heading" in html) == (look is not Look.UNTITLED)
    assert print_pdf(page).startswith(b"%PDF")


def test_a_section_without_blocks_is_not_printed() -> None:
    assert "The heading" not in print_html(page_with())
    assert print_pdf(page_with()) == print_pdf(PAGE)


def test_an_empty_table_takes_its_heading_and_note_with_it() -> None:
    assert titled("A heading", sheet(Table(("name",), ())), "a note") == ()
    (section,) = titled("A heading", sheet(TABLE), "a note")
    assert section.blocks == (Sheet(TABLE), Text("a note", Style.SOFT))


def test_a_tone_colours_the_second_cell_of_its_row_alone() -> None:
    html = print_html(page_with(Sheet(TABLE, tones=("not-met",))))
    assert re.findall(r'<td class="verdict not-met">(\w+)</td>', html) == ["yes"]


def test_markup_in_words_stays_text_in_every_block() -> None:
    wild = "<b>*bold* #let x $y$"
    blocks = (Text(wild), Lines((Statement(wild, wild),)), Facts(((wild, wild),)))
    page = page_with(*blocks, Section(wild, (Sum(wild, wild, "met", wild),)))
    assert "<b>" not in print_html(page)
    assert print_pdf(page).startswith(b"%PDF")


def test_a_section_is_found_with_every_one_within_it() -> None:
    inner = Section("inner", (Text("x"),))
    outer = Section("outer", (inner, Text("y")))
    assert [part.heading for part in outer.parts()] == ["outer", "inner"]
