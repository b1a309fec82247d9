import re
from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.spine import LevelSlice
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import read_yaml
from multifidus.report.criteria import finding_table
from multifidus.report.html import print_html
from multifidus.report.measurements import measurement_table, side_table
from multifidus.report.pdf import print_pdf
from multifidus.report.pictures.axial import level_overlay
from tests.helpers.cases import L4_L5, finished_case
from tests.helpers.pages import overlay, page_of, pixels
from tests.helpers.phantoms import axial_geometry


def test_areas_are_printed_in_cm2_and_fat_with_one_decimal():
    row = measurement_table(finished_case()).rows[0]
    expected = (
        "8.12",
        "–",
        "4.06",
        "5.59",
        "0.33",
        "31.2",
        "28.0",
        "7",
    )  # cos 60 = 0.5; 406 / 1250
    assert row == ("L4/5", "Multifidus", "right", *expected)


def test_the_sides_stand_beside_each_other_with_their_asymmetry():
    (row,) = side_table(finished_case()).rows
    assert row[0:3] == ("L4/5", "8.12", "10.00")
    assert row[-2:] == ("18.8", "right")


def test_every_finding_prints_answer_value_and_source():
    table = finding_table(finished_case().decisions[0])
    assert table.rows[1][1:] == (
        "NOT ASSESSABLE",
        "not recorded: conservative_months",
        "a source (seed)",
    )


def test_the_page_loads_nothing_and_hides_nothing():
    html = print_html(page_of())
    assert not re.findall(r"(?:src|href)=\"(?!data:)", html)
    assert not re.search(r"url\(|@import|<script|<link", html)
    for words in ("a banner", "more information needed", "8.12", "NOT ASSESSABLE", "L5 and S1 are"):
        assert words in html


def test_markup_in_a_name_stays_text():
    html = print_html(page_of())
    assert "P&lt;1&gt; #2" in html
    assert "<others>" not in html
    assert print_pdf(page_of()).startswith(b"%PDF")


def test_the_same_result_prints_the_same_bytes():
    assert print_pdf(page_of()) == print_pdf(page_of())
    assert print_html(page_of()) == print_html(page_of())


def test_a_report_without_record_or_measurement_still_prints():
    bare = replace(
        finished_case(), measurements=(), level_slices=(), record=None, scores=(), decisions=()
    )
    page = page_of(bare, [])
    html = print_html(page)
    assert "No multifidus measurement could be made" in html
    assert "No clinical record was given" in html
    assert "No rule set was asked" in html
    assert print_pdf(page).startswith(b"%PDF")


@pytest.mark.parametrize("word", ["eligible", "approved", "diagnosed"])
def test_no_report_says_what_it_must_not_say(word):
    assert word not in print_html(page_of()).lower()
    assert word not in (PARAMS / "report.yml").read_text(encoding="utf-8").lower()


def test_every_printed_statement_has_a_source():
    wording = read_yaml(PARAMS / "report.yml")
    for statement in wording["limits"] + wording["contrary_evidence"]:
        assert statement["text"]
        assert statement["source"]


def test_the_person_s_right_is_drawn_on_the_picture_s_left():
    picture = pixels(overlay())
    red = (picture[..., 0] > 0.9) & (picture[..., 1] < 0.5) & (picture[..., 2] < 0.5)
    yellow = (picture[..., 0] > 0.9) & (picture[..., 1] > 0.7) & (picture[..., 2] < 0.5)
    assert np.nonzero(red)[1].mean() < np.nonzero(yellow)[1].mean()


def test_the_front_of_the_body_is_drawn_at_the_top():
    geometry = axial_geometry()
    voxels = np.zeros(geometry.shape, np.float32)
    voxels[:, 25:] = 100
    labels = LabelMap(np.zeros(geometry.shape), geometry)
    picture = pixels(level_overlay(Volume(voxels, geometry), labels, LevelSlice(L4_L5, 0, "model")))
    assert picture[40:80].mean() > picture[-80:-40].mean() + 0.3
