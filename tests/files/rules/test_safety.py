"""Contradictions, implications and red flags are read strictly."""

import shutil
from pathlib import Path

import pytest
import yaml

from multifidus.domain.errors import UsageError
from multifidus.files.rules.instruments import CLINICAL
from multifidus.files.rules.safety import read_safety_rules

FILES = ("contradictions.yml", "implications.yml", "red_flags.yml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(CLINICAL / name, tmp_path)
    return tmp_path


def changed(folder: Path, name: str, change: dict[str, object]) -> Path:
    content = yaml.safe_load((folder / name).read_text(encoding="utf-8")) | change
    (folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


def test_every_entry_has_a_reason_and_the_files_are_not_empty(folder: Path) -> None:
    found = read_safety_rules(folder)
    groups = (found.contradictions, found.implications, found.conversions, found.red_flags)
    assert all(len(group) > 1 for group in groups)
    assert all(one.reason for group in groups for one in group)


TWO = [{"variable": "is_adult", "is": True}, {"variable": "nrs", "above": 3}]


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("contradictions.yml", {"contradictions": [{"id": "a", "together": TWO}]}, "'reason' is"),
        (
            "contradictions.yml",
            {"contradictions": [{"id": "a", "together": TWO[:1], "reason": "r"}]},
            "at least two facts",
        ),
        (
            "contradictions.yml",
            {"contradictions": [{"id": "a", "together": TWO, "reason": "r"}] * 2},
            "'a' appears twice",
        ),
        (
            "contradictions.yml",
            {"contradictions": [{"id": "a", "apart": {"first": "nrs", "second": "x",
                                                      "more_than": 1}, "reason": "r"}]},
            "'x' is no number",
        ),
        (
            "contradictions.yml",
            {"contradictions": [{"id": "a", "together": TWO, "rises": "mme", "reason": "r"}]},
            "unknown measure 'mme'",
        ),
        (
            "implications.yml",
            {"implications": [{"id": "a", "given": TWO[0], "then": TWO[1], "reason": "r"}]},
            "'then' is one documented statement",
        ),
        (
            "implications.yml",
            {"conversions": [{"source": "clbp_days", "target": "nrs", "between": [2, 1],
                              "reason": "r"}]},
            "a smaller and a larger number",
        ),
        ("red_flags.yml", {"red_flags": [{"id": "a", "rule": {"variable": "nsr", "above": 1},
                                          "reason": "r"}]}, "a: unknown variable 'nsr'"),
        ("red_flags.yml", {"redflags": []}, "unknown key 'redflags'"),
        ("red_flags.yml", {"confidence": "sure"}, "'confidence' is one of"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_refused_in_one_line_with_file_and_entry(
    folder: Path, name: str, change: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        read_safety_rules(changed(folder, name, change))
    assert name in str(caught.value) and "\n" not in str(caught.value)
