import json

import jsonschema
import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.paths import ROOT
from multifidus.files.results.case import (
    case_from_json,
    case_schema,
    case_to_json,
    label_maps,
    read_case,
    write_case,
)
from tests.helpers.cases import finished_case

SCHEMA_FILE = ROOT / "docs" / "schema" / "case_result_v1.json"


def test_a_case_comes_back_from_json_as_it_was():
    case = finished_case()
    assert case_from_json(case_to_json(case)) == case


def test_the_json_holds_to_the_committed_schema():
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(case_to_json(finished_case())), schema)


def test_the_committed_schema_is_the_code_s_own():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == case_schema(), (
        "write docs/schema/case_result_v1.json again with case_schema() of files.results.case"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema_version": "9.0"}, "schema_version"),
        ({"measurements": [{"level": "L9/10"}]}, "measurements.0.level"),
    ],
)
def test_another_version_or_a_damaged_result_is_refused(tmp_path, change, says):
    content = json.loads(case_to_json(finished_case())) | change
    (tmp_path / "result.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match=says):
        read_case(tmp_path)


def test_a_folder_without_result_is_a_wrong_call(tmp_path):
    with pytest.raises(UsageError, match="multifidus analyze"):
        read_case(tmp_path)


def test_a_result_is_written_whole(tmp_path):
    write_case(finished_case(), tmp_path / "deep" / "result.json")
    assert read_case(tmp_path / "deep") == finished_case()
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["result.json"]


def test_the_label_maps_of_a_result_come_in_the_stacks_order_without_a_review_s(tmp_path):
    for name in ("labels_10", "labels_2", "labels_reviewed", "labels_1"):
        (tmp_path / f"{name}.nii.gz").touch()
    names = [path.name[:-7] for path in label_maps(tmp_path)]
    assert names == ["labels_1", "labels_2", "labels_10"]
    (tmp_path / "labels.nii.gz").touch()
    assert [path.name for path in label_maps(tmp_path)] == ["labels.nii.gz"]
