import pytest

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.errors import UsageError
from multifidus.files.yaml import read_settings


def site(tmp_path, text):
    path = tmp_path / "site.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_default_settings_load():
    assert read_settings().levels.levels == tuple(SpinalLevel)


def test_a_site_file_changes_only_its_own_lines(tmp_path):
    settings = read_settings(site(tmp_path, "levels: {max_offset_mm: 3.5}\n"))
    assert settings.levels.max_offset_mm == 3.5
    assert settings.levels.bundle == read_settings().levels.bundle


def test_slices_can_be_named_per_level(tmp_path):
    settings = read_settings(site(tmp_path, "levels:\n  slice_of_level: {L4/5: 7}\n"))
    assert settings.levels.slice_of_level == {SpinalLevel.L4_L5: 7}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("levls: {}\n", "did you mean 'levels'"),
        ("levels: {max_ofset_mm: 3}\n", "did you mean 'max_offset_mm'"),
        ("levels: {max_offset_mm: far}\n", "levels.max_offset_mm"),
        ("levels: 3\n", "indented lines"),
        ("clinical: {odi_max_missing: 12}\n", "0..9"),
        ("levels: {slice_of_level: {L6/7: 3}}\n", "L6/7"),
        ("levels: {max_offset_mm: -400}\n", "0..20"),
        (
            "eligibility: {imaging_rule: {kind: fat_fraction, at_least_pct: 0.25, source: x}}\n",
            "not a share",
        ),
        ("levels: [\n", "not readable as YAML"),
        ("- a\n", "name: value"),
        ("eligibility: {imaging_rule: {kind: fat_fraction}}\n", "needs at_least_pct and a source"),
        (
            "eligibility: {imaging_rule: {kind: fat_fraction, at_least_pct: 30, source: x}}\n",
            "names its levels, such as [L4/5, L5/S1], and over_sides",
        ),
        ("series: {}\nseries: {}\n", "twice"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(tmp_path, text, says):
    with pytest.raises(UsageError, match=r"site\.yml") as error:
        read_settings(site(tmp_path, text))
    assert says in str(error.value)
    assert "\n" not in str(error.value)
