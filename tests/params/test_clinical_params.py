"""Every table of params/clinical/ says where its numbers come from and how sure they are."""

import csv
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from multifidus.domain.answers import Confidence
from multifidus.files.paths import PARAMS
from multifidus.files.rules.instruments import clinical_files, read_clinical_tables

CLINICAL = PARAMS / "clinical"
YAMLS = sorted(CLINICAL.glob("*.yml"))
TABLES = sorted(CLINICAL.glob("*.csv"))


def entries(content: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every mapping that holds a number, with its place; whether it has a source above it."""
    if isinstance(content, dict):
        holds = any(isinstance(v, int | float) and not isinstance(v, bool) for v in flat(content))
        if holds:
            yield path, content, "source" in content
        if "source" not in content:
            for name, value in content.items():
                yield from entries(value, f"{path}.{name}")
    if isinstance(content, list):
        for number, value in enumerate(content):
            yield from entries(value, f"{path}[{number}]")


def flat(content: dict[str, Any]) -> Iterator[Any]:
    for value in content.values():
        if isinstance(value, list):
            yield from value
        else:
            yield value


def test_there_are_tables_and_the_scores_fingerprint_covers_them_all() -> None:
    assert len(YAMLS) >= 4 and len(TABLES) >= 4
    assert set(clinical_files()) == set(YAMLS) | set(TABLES)


@pytest.mark.parametrize("path", YAMLS, ids=lambda path: path.name)
def test_every_number_of_a_yaml_stands_under_a_source_and_a_confidence(path: Any) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for place, entry, has_source in entries(content):
        assert has_source and entry["source"], f"{path.name}{place}"
        assert Confidence(entry["confidence"]), f"{path.name}{place}"


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_row_of_a_csv_or_its_yaml_has_a_source_and_a_confidence(path: Any) -> None:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    beside = path.with_suffix(".yml")
    if beside.is_file():
        rows = [yaml.safe_load(beside.read_text(encoding="utf-8"))]
    assert rows
    for row in rows:
        assert row["source"]
        assert Confidence(row["confidence"])


def test_what_is_unverified_has_no_bands_and_no_factor_and_says_so() -> None:
    tables = read_clinical_tables()
    unverified = [
        instrument
        for instrument in tables.instruments.values()
        if instrument.confidence is Confidence.GK_UNVERIFIED
    ]
    assert {one.name for one in unverified} == {"CGI improvement", "Treatment satisfaction"}
    assert all(one.bands == () and "(unverified)" in one.source for one in unverified)
    factors = tables.opioids.values()
    assert all(
        factor.mme_factor is None
        for factor in factors
        if factor.confidence is Confidence.GK_UNVERIFIED
    )
    assert tables.odi_bands.confidence is not Confidence.GK_UNVERIFIED


def test_no_promis_band_ships_since_none_was_found_in_a_source() -> None:
    tables = read_clinical_tables()
    assert not any(name.startswith("promis") for name in tables.instruments)
