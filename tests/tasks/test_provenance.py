"""What makes a result another one."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from multifidus.files.paths import MODELS, PARAMS
from multifidus.files.yaml import read_settings
from multifidus.tasks import provenance
from multifidus.tasks.provenance import PACKAGES, inputs_of, provenance_of
from tests.helpers.project import PYPROJECT, package_of
from tests.helpers.small_studies import small_study

NO_PART = {"jsonschema", "onnx", "onnxscript", "rich", "tqdm", "typer"}
"""Dependencies that read, compute, draw and print nothing of a result."""


def test_every_dependency_takes_part_or_is_known_not_to():
    named = {package_of(line) for line in PYPROJECT["project"]["dependencies"]}
    assert named - NO_PART <= {package.lower() for package in PACKAGES}
    assert not {package.lower() for package in PACKAGES} & NO_PART


def test_a_provenance_is_plain_and_names_no_file_of_the_study(tmp_path):
    study = small_study(tmp_path / "Schmidt_Hans", 5)
    found = provenance_of(study, "p1", read_settings(), None)
    text = json.dumps(found)
    assert json.loads(text) == found
    assert "Schmidt" not in text and str(tmp_path) not in text
    assert "not installed" not in text


@pytest.fixture
def site(tmp_path):
    """Settings that name a bundle, a rule set, norms, a scale and a numbering of the site's own."""
    bundle = shutil.copytree(MODELS / "mf_es_dixon", tmp_path / "bundle")
    for folder, name in (
        ("criteria", "site_example.yml"),
        ("norms", "area.csv"),
        ("grades", "kjaer.yml"),
        ("levels", "project.yml"),
        ("sources", "redcap_example.yml"),
    ):
        shutil.copyfile(PARAMS / folder / name, tmp_path / name)
    base = read_settings()
    return replace(
        base,
        segmentation=replace(base.segmentation, dixon_bundle=str(bundle)),
        eligibility=replace(base.eligibility, rule_sets=(str(tmp_path / "site_example.yml"),)),
        norms=replace(base.norms, tables=(str(tmp_path / "area.csv"),)),
        grades=replace(base.grades, scales=(str(tmp_path / "kjaer.yml"),)),
        levels=replace(base.levels, numbering=str(tmp_path / "project.yml")),
    )


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("bundle/configs/inference.json", "bundles"),
        ("bundle/configs/metadata.json", "bundles"),
        ("bundle/models/model.onnx", "bundles"),
        ("site_example.yml", "params_sha256"),
        ("area.csv", "params_sha256"),
        ("kjaer.yml", "params_sha256"),
        ("project.yml", "params_sha256"),
    ],
)
def test_every_file_that_takes_part_counts(site, tmp_path, file, part):
    before = provenance_of(tmp_path / "none", "p1", site, None)
    (tmp_path / file).write_bytes((tmp_path / file).read_bytes() + b"\n")
    after = provenance_of(tmp_path / "none", "p1", site, None)
    assert {name for name in before if before[name] != after[name]} == {part}


def test_the_version_of_a_package_counts(tmp_path, monkeypatch):
    settings = read_settings()
    before = provenance_of(tmp_path, "p1", settings, None)["software"]
    monkeypatch.setattr(provenance, "version", lambda name: "0")
    provenance._version.cache_clear()  # a process has one version
    after = provenance_of(tmp_path, "p1", settings, None)["software"]
    provenance._version.cache_clear()
    assert {name for name in before if before[name] != after[name]} == set(PACKAGES)


def test_a_mapping_of_the_clinical_file_counts(site, tmp_path):
    mapping = tmp_path / "redcap_example.yml"
    named = replace(site, clinical=replace(site.clinical, redcap=str(mapping)))
    before = provenance._params_sha256(named, tmp_path / "export.csv")
    mapping.write_text("# another\n", encoding="utf-8")
    assert provenance._params_sha256(named, tmp_path / "export.csv") != before
    assert provenance._params_sha256(named, None) == provenance._params_sha256(site, None)


def test_a_study_is_known_again_by_its_images_alone(tmp_path):
    study = small_study(tmp_path / "a", 5)
    other = small_study(tmp_path / "b", 12)
    for folder in (study, other):  # what two people's studies may well have in common
        (folder / "levels.csv").write_text("level,slice\nL4/5,1\n", encoding="utf-8")
        (folder / "level_labels.nii.gz").write_bytes(b"labels")
    first, second = (inputs_of(one) for one in (study, other))
    assert first["files"] == 8 and len(first["images"]) == 6
    assert not set(first["images"]) & set(second["images"])
    more = inputs_of(small_study(Path(study), 8, 1))
    assert set(first["images"]) < set(more["images"])
