"""docs/sources.md: every statement of a seed has a verdict, and what a row names exists."""

import re

import pytest

from multifidus.domain.variables import VARIABLES
from multifidus.files.paths import PARAMS
from multifidus.files.rules.criteria import CRITERIA, read_rule_set
from multifidus.files.rules.evidence import read_studies

ROOT = PARAMS.parent
PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
VERDICTS = ("right", "put right", "added", "left out")
SEEDS = {"000": 3, "001": 13, "002": 12, "003": 39, "004": 8}
"""Statements of each seed, counted by hand in the audit; some of its rows are taken apart."""


def rows_of(seed: str) -> list[tuple[str, ...]]:
    """The rows of one seed's table, without its heading."""
    chapter = next(one for one in PAGE.split("\n## ") if one.startswith(f"Seed {seed},"))
    lines = [line for line in chapter.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


def named(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


KEYS = {
    f"{study.study_id}/{name}"
    for study in read_studies()
    for name in (
        *(figure.figure_id for figure in study.figures),
        *(one.statement_id for one in study.statements),
    )
}
KEYS |= {
    f"{path.stem}#{criterion.criterion_id}"
    for path in CRITERIA.glob("*.yml")
    for criterion in read_rule_set(path).criteria
}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_statement_has_a_verdict_and_a_place_or_a_reason(seed: str) -> None:
    rows = rows_of(seed)
    assert len(rows) == SEEDS[seed]
    assert len({row[0] for row in rows}) == len(rows)
    for statement, where, verdict, remark in rows:
        assert statement
        assert verdict in VERDICTS, statement
        if verdict == "left out":
            assert len(remark) > 20, f"left out without a reason: {statement}"
        else:
            assert named(where), f"{statement} is nowhere"


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_row_names_exists(seed: str) -> None:
    for row in rows_of(seed):
        for name in named(row[1]):
            there = (ROOT / name).is_file() if name.startswith("params/") else name in KEYS
            assert there, f"{row[0]}: {name}"


def test_every_other_name_on_the_page_exists_too() -> None:
    known = {
        *(path.name for path in (ROOT / "params").iterdir()),
        *VARIABLES,
        *("seed", "seen", "seen_partial", "secondary", "not_read", "not told", "odi_12m", "age"),
        *("n_of: followed up", "multifidus compare", "fda_p190021"),
    }
    for name in named(PAGE):
        path = ROOT / name
        assert name in KEYS or name in known or path.exists(), name


def test_the_versions_that_contradict_each_other_are_on_the_page() -> None:
    chapter = PAGE.split("## Where sources contradict each other")[1].split("\n## ")[0]
    assert {"huang/odi_12m", "huang/odi_12m_isass"} <= set(named(chapter))


def test_every_study_of_the_evidence_is_named_on_the_page() -> None:
    assert {key.split("/")[0] for key in KEYS if "/" in key} - {
        name.split("/")[0] for name in named(PAGE)
    } <= {"nice_ipg739", "payers"}, "NICE and payers are in no seed"
