"""Every number of criteria, grades, norms and codes says where it is from.

Those of `params/evidence` are walked in test_evidence.py, source by source.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from multifidus.domain.answers import UNPUBLISHED, Confidence
from multifidus.files.paths import PARAMS
from multifidus.files.rules.criteria import read_rule_set
from multifidus.files.yaml import read_yaml
from multifidus.report.coding import CodingPage

FOLDERS = ("criteria", "outcomes", "evidence", "grades", "pathway")
FILES = [path for folder in FOLDERS for path in sorted((PARAMS / folder).glob("*.yml"))]
FILES.append(PARAMS / "coding.yml")
HEADINGS = ("version", "date")
"""Of a rule set as a whole: they tell its own edition."""


def numbers(value: Any, cited: bool, place: str) -> Iterator[tuple[str, bool]]:
    """Every number below, with whether a mapping around it has both source and confidence."""
    if isinstance(value, dict):
        cited = cited or {"source", "confidence"} <= value.keys()
        for key, one in value.items():
            if key not in HEADINGS:
                yield from numbers(one, cited, f"{place}.{key}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from numbers(one, cited, f"{place}[{index}]")
    elif isinstance(value, int | float | date) and not isinstance(value, bool):
        yield place, cited


def confidences(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (str(one) for key, one in value.items() if key.endswith("confidence"))
        for one in value.values():
            yield from confidences(one)
    elif isinstance(value, list):
        for one in value:
            yield from confidences(one)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_number_has_a_source_and_a_confidence(path: Path) -> None:
    found = list(numbers(read_yaml(path), False, path.stem))
    assert [place for place, cited in found if not cited] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_confidence_is_known_and_only_a_sites_own_set_is_unverified(path: Path) -> None:
    found = set(confidences(read_yaml(path)))
    assert found
    assert found <= {one.value for one in Confidence}
    if path.parent.name != "criteria" or read_rule_set(path).kind == "published":
        assert not found & {one.value for one in UNPUBLISHED}


@pytest.mark.parametrize("path", sorted((PARAMS / "norms").glob("*.csv")), ids=lambda one: one.stem)
def test_every_norm_has_a_source_and_a_published_confidence(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    published = {one.value for one in Confidence} - {one.value for one in UNPUBLISHED}
    assert [row["name"] for row in rows if not row["source"].strip()] == []
    assert {row["confidence"] for row in rows} <= published


def test_the_walk_finds_a_number_without_a_source() -> None:
    entry = {"figures": [{"pct": 5, "source": "a"}, {"n": 3, "source": "a", "confidence": "seen"}]}
    assert list(numbers(entry, False, "x")) == [
        ("x.figures[0].pct", False),
        ("x.figures[1].n", True),
    ]


def test_the_coding_page_names_the_codes_exactly_and_assigns_none() -> None:
    page = TypeAdapter(CodingPage).validate_python(read_yaml(PARAMS / "coding.yml"))
    codes = {code.code: code for code in page.codes}
    icd = codes["M62.85"]
    assert icd.name == "Dysfunction of the multifidus muscles, lumbar region"
    assert icd.valid_from == date(2024, 10, 1)
    assert (codes["64555"].units, codes["64590"].units) == (2, 1)
    assert codes["QLK"].system == "FDA product code"
    assert not any(code.is_official_name for code in page.codes if code.system == "CPT")
    assert "assigns no code" in page.statement
