import json
from pathlib import Path
from typing import Any

import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.settings import ClinicalSettings
from multifidus.files.clinical.source import ClinicalSource, open_source, read_clinical_data

P1 = {"reference": "Patient/P1"}


def response(*items: dict[str, Any], date: str = "2024-12-31", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": P1,
        "authored": date,
        "item": list(items),
        **more,
    }


def answer(link_id: str, **value: Any) -> dict[str, Any]:
    return {"linkId": link_id, "answer": [value]}


def observation(code: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": P1,
        "effectiveDateTime": "2024-12-31T09:30:00Z",
        "code": {"coding": [{"system": "http://site", "code": code}]},
        **more,
    }


def bundle(tmp_path: Path, *resources: dict[str, Any]) -> Path:
    path = tmp_path / "bundle.json"
    entries = [{"resource": resource} for resource in resources]
    content = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def source(tmp_path: Path, *resources: dict[str, Any], mapping: str = "") -> ClinicalSource:
    own = tmp_path / "fhir.yml"
    own.write_text(mapping, encoding="utf-8")
    settings = ClinicalSettings(1, fhir=str(own) if mapping else "")
    return open_source(bundle(tmp_path, *resources), settings)


def problems_of(found: ClinicalSource) -> list[str]:
    return [
        f"{problem.column}: {problem.expected}" for row in found.rows() for problem in row.problems
    ]


def test_answers_at_any_depth_and_observations_of_a_day_are_one_visit(tmp_path: Path) -> None:
    items = {"linkId": "group", "item": [answer("sex", valueCoding={"code": "male"})]}
    found = source(
        tmp_path,
        response(answer("nrs", valueInteger=7), items, answer("opioids_taken", valueBoolean=False)),
        observation("lbp_vas_mm", valueQuantity={"value": 73, "unit": "mm", "code": "mm"}),
    )
    (row,) = found.rows()
    assert row.problems == () and row.record is not None
    assert (row.record.subject_id, row.record.visit_date) == ("P1", "2024-12-31")
    assert (row.record.nrs, row.record.sex, row.record.lbp_vas_mm) == (7, "male", 73)
    assert row.record.opioids_taken is False


def test_us_cores_phq9_example_is_read_by_its_link_ids_and_answer_codes(tmp_path: Path) -> None:
    codes = {"/44250-9": "LA6570-1", "/44255-8": "LA6571-9", "/44259-0": "LA6568-5"}
    items = [
        answer(name, valueCoding={"system": "http://loinc.org", "code": code})
        for name, code in codes.items()
    ]
    (row,) = source(tmp_path, response(*items)).rows()
    assert row.record is not None
    assert row.record.answers["phq9"][:4] == (2, 3, 0, None)


def test_each_date_is_a_visit_and_the_mapping_names_them(tmp_path: Path) -> None:
    settings = ClinicalSettings(1, fhir=str(tmp_path / "fhir.yml"))
    (tmp_path / "fhir.yml").write_text("visits: {'2024-12-31': baseline}", encoding="utf-8")
    path = bundle(
        tmp_path,
        response(answer("nrs", valueInteger=7)),
        response(answer("nrs", valueInteger=3), date="2025-12-31"),
    )
    found = read_clinical_data(path, settings)
    assert [visit.visit for visit in found.visits_of("P1")] == ["baseline", "2025-12-31"]
    assert found.record_of("P1").nrs == 7


@pytest.mark.parametrize(
    ("quantity", "problem"),
    [
        ({"value": 7.3, "unit": "cm"}, "expected the unit mm, found cm"),
        ({"value": 7.3}, "expected the unit mm, found no unit"),
        ({"value": 7, "unit": "mm", "comparator": "<"}, "expected a number, found one with '<'"),
    ],
)
def test_a_quantity_in_another_unit_is_refused(
    tmp_path: Path, quantity: dict[str, Any], problem: str
) -> None:
    found = source(tmp_path, observation("lbp_vas_mm", valueQuantity=quantity))
    assert problems_of(found) == [f"http://site|lbp_vas_mm: {problem}"]


def test_two_different_answers_of_a_visit_are_not_chosen_between(tmp_path: Path) -> None:
    nrs = [response(answer("nrs", valueInteger=value)) for value in (7, 5)]
    assert problems_of(source(tmp_path, *nrs)) == [
        "nrs: expected the same as before (7) or another visit"
    ]


def test_an_impossible_value_is_refused_as_in_a_table(tmp_path: Path) -> None:
    found = source(tmp_path, response(answer("nrs", valueInteger=11)))
    assert problems_of(found) == ["nrs: expected a number, 0 to 10"]


def test_what_no_column_is_named_for_is_told_and_not_dropped_in_silence(tmp_path: Path) -> None:
    found = source(
        tmp_path,
        response(answer("nrs", valueInteger=7), answer("shoe_size", valueInteger=43)),
        observation("temperature", valueQuantity={"value": 37}),
        observation("nrs", dataAbsentReason={"text": "refused"}),
        {"resourceType": "Patient"},
    )
    assert found.notes()[0].endswith(
        "Patient (1), http://site|nrs, no value (1), http://site|temperature (1), shoe_size (1)"
    )


def test_unfinished_and_subjectless_resources_are_rejected_and_listed(tmp_path: Path) -> None:
    found = source(
        tmp_path,
        response(answer("nrs", valueInteger=7), status="in-progress"),
        response(answer("nrs", valueInteger=7), subject=None),
    )
    assert [row.record for row in found.rows()] == [None, None]
    assert problems_of(found) == [
        "QuestionnaireResponse.status: expected completed or amended",
        "QuestionnaireResponse.subject: expected a reference to a patient",
    ]


def test_a_file_that_is_no_bundle_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    for text, problem in (
        ("{", "not readable as JSON"),
        ('{"entry": []}', "not a FHIR R4 bundle"),
        ('{"resourceType": "Bundle", "entry": 3}', "not a FHIR R4 bundle"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=problem) as caught:
            open_source(path, ClinicalSettings(1))
        assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="no such FHIR bundle"):
        open_source(tmp_path / "none.json", ClinicalSettings(1))


def test_a_code_is_read_by_the_sites_mapping(tmp_path: Path) -> None:
    found = source(
        tmp_path,
        observation("72514-3", valueQuantity={"value": 7, "unit": "{score}"}),
        mapping="codes: {'http://site|72514-3': nrs}",
    )
    (row,) = found.rows()
    assert row.record is not None and row.record.nrs == 7


def test_components_of_an_observation_are_read_or_listed(tmp_path: Path) -> None:
    def part(code: str, **value: Any) -> dict[str, Any]:
        return {"code": {"coding": [{"system": "http://site", "code": code}]}, **value}

    found = source(
        tmp_path,
        observation(
            "back_pain",
            component=[
                part("nrs", valueInteger=7),
                part("leg_pain_nrs", valueInteger=4),
                part("eq_vas", dataAbsentReason={"text": "not asked"}),
            ],
        ),
    )
    (row,) = found.rows()
    assert row.record is not None and row.record.nrs == 7
    assert found.notes()[0].endswith(
        "http://site|eq_vas as a component, no value (1), "
        "http://site|leg_pain_nrs as a component (1)"
    )


def test_elements_that_are_not_read_are_told_with_their_count(tmp_path: Path) -> None:
    note = [{"text": "took tramadol before the answer"}]
    found = source(
        tmp_path,
        observation("nrs", valueInteger=7, note=note),
        observation("eq_vas", valueInteger=60, note=note, bodySite={"text": "back"}),
    )
    assert found.notes()[0].endswith("Observation.bodySite (1), Observation.note (2)")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"focus": [{"reference": "Device/1"}]}, "Observation.focus: expected none: it may change"),
        (
            {"modifierExtension": [{"url": "http://site/negated", "valueBoolean": True}]},
            "Observation.modifierExtension: expected none: it may change",
        ),
        ({"subject": {"reference": "Group/1"}}, "Observation.subject: expected a patient, found"),
        ({"subject": {"reference": "#p"}}, "Observation.subject: expected a patient outside"),
        ({"valueInteger": "seven"}, "Observation.valueInteger: expected a valid FHIR R4"),
    ],
)
def test_a_resource_that_cannot_be_trusted_is_rejected_and_the_others_are_read(
    tmp_path: Path, more: dict[str, Any], problem: str
) -> None:
    spoilt = observation("nrs", **({"valueInteger": 7} | more))
    found = source(tmp_path, spoilt, observation("eq_vas", valueInteger=60))
    good, bad = found.rows()
    assert good.record is not None and good.record.eq_vas == 60 and good.record.nrs is None
    assert bad.record is None and bad.line == 1
    assert problems_of(found)[0].startswith(problem)


@pytest.mark.parametrize(
    "reference", ["Patient/P1", "http://site/fhir/Patient/P1", "Patient/P1/_history/2"]
)
def test_a_person_is_the_same_however_the_reference_is_written(
    tmp_path: Path, reference: str
) -> None:
    (row,) = source(
        tmp_path, observation("nrs", valueInteger=7, subject={"reference": reference})
    ).rows()
    assert row.subject_id == "P1"


@pytest.mark.parametrize(
    ("when", "day"),
    [
        (
            {"effectiveDateTime": None, "effectiveInstant": "2024-12-31T23:30:00+01:00"},
            "2024-12-31",
        ),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2024-12-30"}}, "2024-12-30"),
    ],
)
def test_the_day_is_read_from_every_way_of_telling_it(
    tmp_path: Path, when: dict[str, Any], day: str
) -> None:
    (row,) = source(tmp_path, observation("nrs", valueInteger=7, **when)).rows()
    assert row.record is not None and row.record.visit_date == row.record.visit == day


def test_resources_without_a_day_are_told(tmp_path: Path) -> None:
    found = source(tmp_path, observation("nrs", valueInteger=7, effectiveDateTime="2024-12"))
    assert "resources without a full date or an encounter" in found.notes()[0]


def test_a_yes_or_no_answers_an_item_scored_0_or_1(tmp_path: Path) -> None:
    answers = [answer(f"rmdq_{n}", valueBoolean=n <= 5) for n in range(1, 25)]
    (row,) = source(tmp_path, response(*answers)).rows()
    assert row.record is not None and sum(map(int, row.record.answers["rmdq"])) == 5


def test_a_bundle_that_goes_on_elsewhere_says_so(tmp_path: Path) -> None:
    path = bundle(tmp_path, response(answer("nrs", valueInteger=7)))
    content = json.loads(path.read_text(encoding="utf-8"))
    content["link"] = [{"relation": "next", "url": "http://site/fhir?page=2"}]
    path.write_text(json.dumps(content), encoding="utf-8")
    (note,) = open_source(path, ClinicalSettings(1)).notes()
    assert note.endswith("names a next page; what is on it is not in this file")


def test_a_plain_r4_search_result_is_read_beside_resources_that_r4b_changed(tmp_path: Path) -> None:
    """As servers of R4 answer: meta, narrative, full URLs, and an Evidence of R4's own shape."""
    narrative = {"status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'>x</div>"}
    common = {"id": "1", "meta": {"versionId": "1", "lastUpdated": "2024-12-31T10:00:00Z"}}
    r4_evidence = {"resourceType": "Evidence", "status": "draft", "exposureBackground": P1}
    resources = [
        response(
            answer("nrs", valueInteger=7),
            text=narrative,
            questionnaire="http://site/Questionnaire/pain|1.0",
            author=P1,
            source=P1,
            **common,
        ),
        observation(
            "lbp_vas_mm",
            valueQuantity={
                "value": 73.0,
                "unit": "mm",
                "system": "http://unitsofmeasure.org",
                "code": "mm",
            },
            category=[{"coding": [{"code": "survey"}]}],
            issued="2024-12-31T10:00:00.000Z",
            performer=[{"reference": "Practitioner/1"}],
            **common,
        ),
        r4_evidence,
    ]
    path = tmp_path / "r4.json"
    entries = [
        {"fullUrl": f"http://site/fhir/{n}", "resource": one, "search": {"mode": "match"}}
        for n, one in enumerate(resources)
    ]
    content = {"resourceType": "Bundle", "type": "searchset", "total": 3, "entry": entries}
    path.write_text(json.dumps(content), encoding="utf-8")
    found = open_source(path, ClinicalSettings(1))
    (row,) = found.rows()
    assert row.record is not None
    assert (row.record.nrs, row.record.lbp_vas_mm) == (7, 73)
    assert found.notes()[0].endswith("Evidence (1)")
