"""A name or a path: the shipped file goes first, and a wrong name is told with what was meant."""

from pathlib import Path

import pytest

from multifidus.domain.errors import UsageError
from multifidus.files.names import did_you_mean, named_file
from multifidus.files.paths import bundle_folder


def test_a_shipped_name_goes_before_a_file_of_that_name(tmp_path, monkeypatch):
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "lean.yml").touch()
    (tmp_path / "lean").touch()
    monkeypatch.chdir(tmp_path)
    assert named_file("lean", shipped, ".yml", "scale") == shipped / "lean.yml"
    assert named_file("shipped/lean.yml", shipped, ".yml", "scale") == Path("shipped/lean.yml")


def test_a_wrong_name_is_told_with_what_is_near_or_with_all_there_is(tmp_path):
    for name in ("goutallier", "kjaer"):
        (tmp_path / f"{name}.yml").touch()
    with pytest.raises(UsageError) as near:
        named_file("goutalier", tmp_path, ".yml", "scale")
    assert str(near.value) == (
        "no such scale 'goutalier'; did you mean 'goutallier'? or give the path of a file"
    )
    with pytest.raises(UsageError) as far:
        named_file("mercuri", tmp_path, ".yml", "scale")
    assert str(far.value) == (
        "no such scale 'mercuri'; there are goutallier, kjaer; or give the path of a file"
    )


def test_what_is_known_may_be_told_in_other_words():
    assert did_you_mean("x", ("nrs", "odi")) == "; known: nrs, odi"
    assert did_you_mean("x", ("nrs", "odi"), "see the page") == "; see the page"
    assert did_you_mean("nsr", ("nrs", "odi"), "see the page") == "; did you mean 'nrs'?"


def test_a_misspelt_bundle_is_told_with_the_one_that_was_meant():
    with pytest.raises(UsageError, match="no such model bundle 'mf_es_dixn'; did you mean 'mf_es_"):
        bundle_folder("mf_es_dixn")
