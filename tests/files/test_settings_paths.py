"""A path in a settings file is taken from the folder of that file, wherever one stands."""

import pytest

from multifidus.domain.errors import UsageError
from multifidus.files.paths import PARAMS
from multifidus.files.settings_paths import PATHS, paths_beside
from multifidus.files.yaml import read_settings

WRITTEN = {
    "segmentation": {"bundle": "nets/mine", "dixon_bundle": "mf_es_dixon"},
    "levels": {"bundle": "mine", "numbering": "ours.yml", "max_offset_mm": 3},
    "clinical": {"redcap": "map", "fhir": ""},
    "eligibility": {"rule_sets": ["isass_2025", "own.yml", "../rules/b.yaml"]},
    "grades": {"scales": ["kjaer", "g/own.yml"], "rules": {"kjaer": {}, "g/own.yml": {}}},
    "norms": {"tables": ["area", "ours.csv"]},
}


def test_paths_come_from_the_file_s_folder_and_shipped_names_stay(tmp_path):
    site = tmp_path / "site"
    found = paths_beside(WRITTEN, site / "study.yml")
    assert found == {
        "segmentation": {"bundle": f"{site}/nets/mine", "dixon_bundle": "mf_es_dixon"},
        "levels": {"bundle": f"{site}/mine", "numbering": f"{site}/ours.yml", "max_offset_mm": 3},
        "clinical": {"redcap": f"{site}/map", "fhir": ""},
        "eligibility": {"rule_sets": ["isass_2025", f"{site}/own.yml", f"{tmp_path}/rules/b.yaml"]},
        "grades": {
            "scales": ["kjaer", f"{site}/g/own.yml"],
            "rules": {"kjaer": {}, f"{site}/g/own.yml": {}},
        },
        "norms": {"tables": ["area", f"{site}/ours.csv"]},
    }


def test_every_place_in_question_is_tried_above_and_given_things_stay_as_they_were():
    assert {(group, name) for group in WRITTEN for name in WRITTEN[group]} >= PATHS.keys()
    assert WRITTEN["clinical"] == {"redcap": "map", "fhir": ""}


def test_absolute_paths_and_what_is_no_text_stay(tmp_path):
    own = {"levels": {"numbering": "/x/y.yml", "bundle": 7}, "eligibility": {"rule_sets": [3]}}
    assert paths_beside(own, tmp_path / "study.yml") == own
    assert paths_beside({"levels": 3, "series": {}}, tmp_path / "s.yml") == {
        "levels": 3,
        "series": {},
    }


def test_a_site_s_files_are_found_from_any_folder(tmp_path, monkeypatch):
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    for folder in (site, elsewhere):
        folder.mkdir()
    (site / "scale.yml").write_bytes((PARAMS / "grades" / "kjaer.yml").read_bytes())
    text = "grades: {scales: [scale.yml]}\nlevels: {numbering: ours.yml}\n"
    (site / "study.yml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    settings = read_settings(site.joinpath("..", "site", "study.yml"))
    assert settings.grades.scales == (str(site / "scale.yml"),)
    assert settings.levels.numbering == str(site / "ours.yml")


def test_a_rule_for_a_scale_of_one_s_own_still_meets_its_scale(tmp_path):
    rule = "{fat_method: dixon_ratio_of_sums, source: ours, limits: [{grade: 0, below_pct: 10}]}"
    text = f"grades: {{scales: [scale.yml], rules: {{other.yml: {rule}}}}}\n"
    (tmp_path / "study.yml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="none of the scales"):
        read_settings(tmp_path / "study.yml")
    (tmp_path / "study.yml").write_text(text.replace("other", "scale"), encoding="utf-8")
    grades = read_settings(tmp_path / "study.yml").grades
    assert tuple(grades.rules) == grades.scales
