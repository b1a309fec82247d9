import re
from pathlib import Path

import pytest

from multifidus.domain.answers import UNPUBLISHED, Confidence
from multifidus.files.numberings import OWN_NUMBERING, read_numbering
from multifidus.files.paths import PARAMS
from multifidus.files.rules.criteria import read_rule_set
from multifidus.files.rules.instruments import read_odi_bands
from multifidus.files.yaml import read_settings

RULE_SETS = sorted((PARAMS / "criteria").glob("*.yml"))
NUMBERINGS = sorted(path.stem for path in (PARAMS / "labels").glob("*.yml"))


def test_there_are_rule_sets_and_the_default_settings_name_only_those() -> None:
    there = {path.stem for path in RULE_SETS}
    assert "isass_2025" in there
    assert set(read_settings().eligibility.rule_sets) <= there


@pytest.mark.parametrize("path", RULE_SETS, ids=lambda path: path.stem)
def test_every_rule_set_loads_and_every_rule_has_a_source_and_a_confidence(path: Path) -> None:
    rule_set = read_rule_set(path)
    assert rule_set.source
    for criterion in rule_set.criteria:
        assert criterion.source, criterion.criterion_id
        assert rule_set.kind == "site" or criterion.confidence not in UNPUBLISHED


@pytest.mark.parametrize("path", RULE_SETS, ids=lambda path: path.stem)
def test_no_rule_set_pronounces_on_a_person(path: Path) -> None:
    assert not re.search("eligible|approved", path.read_text(encoding="utf-8"), re.IGNORECASE)


def test_the_odi_bands_are_those_of_the_source_and_cite_it() -> None:
    bands = read_odi_bands()
    assert [band.at_most_pct for band in bands.bands] == [20, 40, 60, 80, 100]
    assert "1750-1164-7-12" in bands.source
    assert bands.confidence is Confidence.SEEN


@pytest.mark.parametrize("name", NUMBERINGS)
def test_every_label_numbering_loads_with_a_source_and_both_sides(name: str) -> None:
    numbering = read_numbering(name)
    assert numbering.name
    assert numbering.source
    structures = set(numbering.values.values())
    assert structures == {structure.mirrored for structure in structures}


def test_there_are_label_numberings_and_the_project_s_own_is_one() -> None:
    assert OWN_NUMBERING in NUMBERINGS
    assert len(NUMBERINGS) >= 5
