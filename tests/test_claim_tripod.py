"""docs/claim_tripod.md answers every item of the two checklists, and what it points to is there."""

import re

import pytest

from multifidus.files.paths import MODELS, ROOT, shipped_bundles

PAGE = (ROOT / "docs" / "claim_tripod.md").read_text(encoding="utf-8")
CARD = (MODELS / "mf_es_t1_t2" / "docs" / "README.md").read_text(encoding="utf-8")
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
TRIPOD = """1 2 3a 3b 3c 4 5a 5b 6a 6b 6c 7 8a 8b 8c 9a 9b 9c 10 11 12a 12b 12c 12d 12e 12f 12g 13
14 15 16 17 18a 18b 18c 18d 18e 18f 19 20a 20b 20c 21 22 23a 23b 24 25 26 27a 27b 27c"""
ITEMS = {"CLAIM 2024": [str(item) for item in range(1, 45)], "TRIPOD+AI": TRIPOD.split()}
"""By heading, the items as the checklists number them."""


def chapter(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def rows(heading: str) -> list[list[str]]:
    lines = [line for line in chapter(heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("heading", ITEMS)
def test_every_item_is_answered_once_and_in_order(heading):
    assert [row[0] for row in rows(heading)] == ITEMS[heading]


@pytest.mark.parametrize("heading", ITEMS)
def test_an_answer_says_where_or_what_is_missing(heading):
    for item, topic, answered, where in rows(heading):
        assert topic, item
        assert answered in ("yes", "in part", "no", "n/a"), item
        assert where, item
        if answered == "in part" and not re.match(r"as (CLAIM )?\d+", where):
            assert len(where) > 20, f"{item}: in part, without a word on what is missing"


@pytest.mark.parametrize("heading", ITEMS)
def test_an_answer_by_another_item_points_to_an_answered_one(heading):
    for item, _, answered, where in rows(heading):
        if same := re.fullmatch(r"as (CLAIM )?(\d+[a-g]?)", where):
            there = {row[0]: row[2] for row in rows("CLAIM 2024" if same.group(1) else heading)}
            assert there[same.group(2)] == answered, item


def test_every_file_that_it_names_exists():
    named = re.findall(r"`([\w./+-]+(?:\.\w+|/[\w-]+))`", PAGE) + re.findall(r"\]\(([^)#]+)", PAGE)
    assert len(named) > 20
    missing = [
        one for one in named if not ((ROOT / one).exists() or (ROOT / "docs" / one).exists())
    ]
    assert missing == []


def test_every_heading_of_the_card_that_it_names_is_there():
    named = {
        heading
        for group in re.findall(r"card, (\*[^|;:.,]*\*)", PAGE)
        for heading in re.findall(r"\*([^*]+)\*", group)
    }
    assert {"Trained on", "Protocol", "Figures", "Limits"} <= named
    assert [one for one in named if f"\n## {one}\n" not in CARD] == []


def test_every_bundle_and_data_set_with_a_name_in_notice_is_in_its_table():
    table = chapter("Who is in the data")
    assert [bundle for bundle in shipped_bundles() if bundle not in PAGE] == []
    names = ("MyoSegmenTUM", "fastcleverseg", "Lumbar Spine MRI Dataset", "3Shot-LPM-Seg", "SPIDER")
    for name in (*names, "lumbar-muscle-segmentation"):
        assert name in table, name
        assert name in NOTICE, name


def test_it_holds_no_figure_of_agreement_which_stands_in_card_and_validation():
    assert re.findall(r"(?:Dice|ICC|kappa)[^|]{0,20}\b0\.\d", PAGE) == []
