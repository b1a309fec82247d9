"""What is asked of one study: its record, and what of the clinical file was not taken."""

import json
from pathlib import Path

from multifidus.tasks.request import record_and_notes, request_of, subject_of


def test_a_persons_record_comes_with_what_was_not_taken_from_the_file(tmp_path: Path) -> None:
    names = [f"site_question_{n}" for n in range(100)]
    items = [{"linkId": name, "answer": [{"valueInteger": 1}]} for name in ("nrs", *names)]
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": "Patient/P1"},
        "item": items,
    }
    content = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": response}]}
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    record, (note,) = record_and_notes(request_of(str(tmp_path), "P1", str(path)))
    assert record is not None and record.nrs == 1
    assert note.startswith("bundle.json: not taken, no column is named for it:")
    assert len(note) <= 400 and note.endswith("'multifidus score' lists all")


def test_without_a_clinical_file_there_is_neither(tmp_path: Path) -> None:
    assert record_and_notes(request_of(str(tmp_path), "P1")) == (None, ())


def test_a_study_without_a_subject_is_named_by_its_folder_as_it_was_given(tmp_path, monkeypatch):
    (tmp_path / "scan" / "below").mkdir(parents=True)
    (tmp_path / "017").symlink_to(tmp_path / "scan")
    monkeypatch.chdir(tmp_path / "scan")
    assert request_of("../017", "").subject_id == "017"
    assert request_of("../017/", "0017").subject_id == "0017"
    assert subject_of(Path()) == "scan"
    assert subject_of(Path("below/..")) == "scan"
