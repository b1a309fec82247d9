"""NOTICE names everything that the shipped networks and tables owe to others."""

import re

import pytest

from multifidus.files.paths import MODELS, PARAMS, ROOT, shipped_bundles
from tests.helpers.project import PYPROJECT

NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
DATA = re.split(r"\n(?=1\.\d )", NOTICE.split("\n2. ")[0])[1:]
DOI = re.compile(r"\b10\.\d{4,}/[^\s,;)\"|]*[^\s,;)\"|.]")
REPOSITORY = re.compile(r"\b(johnnydfci|JonathanRamos|sillyboy1213)/[\w-]+")


def files_on_training() -> list:
    cards = [*MODELS.glob("*/docs/*.md"), *MODELS.glob("*/configs/metadata.json")]
    return [*cards, *(PARAMS / "training").glob("*.yml")]


@pytest.mark.parametrize("path", files_on_training(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_doi_and_source_of_a_model_card_or_a_training_stands_in_it(path):
    text = path.read_text(encoding="utf-8")
    named = {*DOI.findall(text), *(found.group() for found in REPOSITORY.finditer(text))}
    assert {one for one in named if one not in NOTICE} == set()


def test_the_cards_do_name_dois_and_sources():
    texts = "".join(path.read_text(encoding="utf-8") for path in files_on_training())
    assert len(set(DOI.findall(texts))) >= 3
    assert len({found.group() for found in REPOSITORY.finditer(texts)}) >= 2


def test_every_data_set_says_its_licence_and_whom_it_taught():
    assert len(DATA) == 8
    for section in DATA:
        heading = section.splitlines()[0]
        assert re.search(r"^Licence|\. Licence as read:|Licence as read:", section, re.M), heading
        taught = re.search(r"^Taught: ([^.]+(?:\.[^.]+)*)\.\n", section, re.M)
        assert taught, heading
        assert any(bundle in taught.group(1) for bundle in shipped_bundles()), heading


def test_every_shipped_bundle_is_named_as_taught():
    taught = " ".join(section.split("Taught: ")[1] for section in DATA)
    assert [bundle for bundle in shipped_bundles() if bundle not in taught] == []


def test_a_licence_that_asks_for_attribution_comes_with_its_address_and_its_data_set_s_doi():
    asking = [section for section in DATA if "CC BY" in section]
    assert len(asking) == 2
    for section in asking:
        assert "https://creativecommons.org/licenses/by/4.0/" in section
        assert DOI.search(section)


def test_what_the_tables_take_under_the_mit_licence_is_named_with_it():
    tables = [*PARAMS.rglob("*.csv"), *PARAMS.rglob("*.yml")]
    text = "".join(path.read_text(encoding="utf-8") for path in tables)
    sources = set(re.findall(r"github ([\w/-]+) \(MIT\)", text))
    assert "fragla/eq5d" in sources
    assert [one for one in sources if one not in NOTICE] == []
    assert "Permission is hereby granted, free of charge" in NOTICE


def test_every_file_and_folder_that_it_names_exists():
    named = re.findall(r"(?<![\w/])(?:params|docs|models)/[\w./-]*[\w]", NOTICE)
    assert named
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_it_travels_with_wheel_and_source():
    assert "NOTICE" in PYPROJECT["project"]["license-files"]
