import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.clinical.opioids import (
    EMPTY_BESIDE_ZERO,
    NOT_COUNTED,
    OTHER_TAKEN,
    OpioidChange,
    beside_baseline_mg_day,
    countable_mg_day,
    opioid_change,
    score_opioids,
    taken_opioids,
)
from multifidus.domain.questionnaire import OPIOID_UNITS
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import NOTHING_RECORDED, Score
from multifidus.files.rules.instruments import read_clinical_tables
from multifidus.files.yaml import read_settings

TABLES = read_clinical_tables()


def scored(**fields: object) -> Score:
    record = ClinicalRecord("P1", **fields)  # type: ignore[arg-type]
    return score_opioids(record, TABLES.opioids, TABLES.instruments)


@pytest.mark.parametrize(
    ("opioid", "dose", "mme"),
    [
        ("codeine", 100, 15),
        ("fentanyl_transdermal", 25, 60),
        ("hydrocodone", 10, 10),
        ("hydromorphone", 4, 20),
        ("methadone", 10, 47),
        ("morphine", 30, 30),
        ("oxycodone", 20, 30),
        ("oxymorphone", 10, 30),
        ("tapentadol", 100, 40),
        ("tramadol", 200, 40),
    ],
)
def test_a_dose_times_the_cdc_factor_is_its_morphine_equivalent(
    opioid: str, dose: float, mme: float
) -> None:
    assert scored(opioid_doses={opioid: dose}).value == pytest.approx(mme)


def test_every_dose_column_has_a_factor_in_the_same_unit() -> None:
    counted = {name: one.unit for name, one in TABLES.opioids.items() if one.mme_factor}
    assert counted == dict(OPIOID_UNITS)


def test_several_opioids_add_up() -> None:
    assert scored(opioid_doses={"oxycodone": 20, "tramadol": 200}).value == pytest.approx(70)


def test_no_opioid_taken_is_zero_and_nothing_recorded_is_not() -> None:
    assert scored(opioids_taken=False).value == 0
    assert scored().reason == NOTHING_RECORDED
    assert scored(opioids_taken=True).reason == "opioids are taken but no dose is recorded"


def test_a_total_must_agree_with_the_doses_within_one_mg() -> None:
    doses = {"oxycodone": 21}
    assert scored(opioid_doses=doses, opioid_mme_mg_day=32).value == pytest.approx(31.5)
    assert scored(opioid_doses=doses, opioid_mme_mg_day=40).reason == (
        "the doses give 31.5 mg/day but the recorded total is 40 mg/day"
    )
    assert scored(opioid_mme_mg_day=45).value == 45


def test_a_dose_beside_no_opioids_is_a_contradiction() -> None:
    score = scored(opioids_taken=False, opioid_doses={"morphine": 10.0})
    assert score.value is None
    assert "opioid_morphine_mg_day; correct one of them" in score.reason


def test_buprenorphine_is_told_beside_the_total_and_no_change_is_read_from_it() -> None:
    score = scored(opioids_taken=False, buprenorphine_taken=True)
    assert (score.value, score.note) == (0, NOT_COUNTED)
    assert countable_mg_day(score) is None
    assert opioid_change(30, countable_mg_day(score)) is OpioidChange.NOT_ASSESSABLE


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (30, 0, "eliminated"),
        (30, 29.9, "reduced"),
        (30, 30, "unchanged"),
        (30, 30.1, "increased"),
        (0, 0, "none_at_baseline"),
        (0, 5, "increased"),
        (None, 5, "not_assessable"),
        (30, None, "not_assessable"),
    ],
)
def test_opioid_use_beside_the_baseline(
    before: float | None, now: float | None, change: str
) -> None:
    assert opioid_change(before, now) == change


def test_a_difference_within_the_sites_limit_is_no_change_but_stopping_is() -> None:
    assert opioid_change(30, 25, 5) is OpioidChange.UNCHANGED
    assert opioid_change(30, 24.9, 5) is OpioidChange.REDUCED
    assert opioid_change(4, 0, 5) is OpioidChange.ELIMINATED


@given(st.dictionaries(st.sampled_from(sorted(OPIOID_UNITS)), st.floats(0, 500), min_size=1))
def test_a_higher_dose_never_lowers_the_equivalent(doses: dict[str, float]) -> None:
    before = scored(opioid_doses=doses).value
    more = {name: dose + 1 for name, dose in doses.items()}
    after = scored(opioid_doses=more).value
    assert before is not None and after is not None and after > before


def test_opioids_taken_beside_nothing_but_zeros_is_not_chosen_between() -> None:
    for zeros in ({"opioid_doses": {"tramadol": 0.0}}, {"opioid_mme_mg_day": 0.0}):
        found = scored(opioids_taken=True, **zeros)
        assert found.value is None
        assert found.reason == "'opioids_taken: yes' beside doses of 0; correct one of them"
        assert scored(opioids_taken=False, **zeros).value == 0
    assert scored(opioids_taken=True, opioid_doses={"tramadol": 100.0}).value == 20
    beside = scored(opioids_taken=True, opioid_doses={"tramadol": 0.0}, buprenorphine_taken=True)
    assert (beside.value, beside.note) == (0, NOT_COUNTED)


def test_an_empty_dose_is_not_none() -> None:
    zero = {"opioid_doses": {"tramadol": 0.0}}
    found = scored(**zero, opioid_doses_empty=("oxycodone",))
    assert (found.value, found.reason) == (None, EMPTY_BESIDE_ZERO)
    assert found.missing_items == ("opioid_oxycodone_mg_day",)
    assert scored(**zero, opioid_doses_empty=("oxycodone",), opioids_taken=False).value == 0
    assert scored(**zero).value == 0  # every dose column of the table says 0
    assert scored(opioid_doses={"tramadol": 100.0}, opioid_doses_empty=("oxycodone",)).value == 20


def test_an_opioid_without_a_factor_leaves_the_total_open() -> None:
    found = scored(opioid_doses={"oxycodone": 10.0}, other_opioid_taken=True)
    assert (found.value, found.reason) == (None, OTHER_TAKEN)
    assert scored(opioid_doses={"oxycodone": 10.0}, other_opioid_taken=False).value == 15
    both = scored(opioids_taken=False, other_opioid_taken=True)
    assert both.reason == "'opioids_taken: no' beside 'other_opioid_taken: yes'"


def beside(before: dict[str, object], now: dict[str, object]) -> float | None:
    first, later = ClinicalRecord("P", **before), ClinicalRecord("P", **now)  # type: ignore[arg-type]
    return beside_baseline_mg_day(scored(**now), later, taken_opioids(first))


def test_a_later_visit_counts_only_where_every_opioid_of_the_baseline_has_a_dose() -> None:
    before = {"opioid_doses": {"oxycodone": 40.0, "tramadol": 0.0}}
    assert beside(before, {"opioid_doses": {"tramadol": 0.0}}) is None
    assert beside(before, {"opioid_doses": {"tramadol": 100.0}}) is None
    assert beside(before, {"opioid_doses": {"oxycodone": 0.0, "tramadol": 100.0}}) == 20
    assert beside(before, {"opioids_taken": False}) == 0
    assert beside(before, {"opioid_mme_mg_day": 12.0}) == 12
    total = {"opioid_mme_mg_day": 60.0}
    assert beside(total, {"opioid_doses": {"tramadol": 0.0}}) is None
    assert beside(total, {"opioid_mme_mg_day": 0.0}) == 0


def test_the_tolerance_that_ships_is_above_the_noise_of_one_dose() -> None:
    within = read_settings().clinical.opioids_unchanged_within_mg_day
    assert opioid_change(15.0, 14.85, within) is OpioidChange.UNCHANGED
    assert opioid_change(15.0, 13.0, within) is OpioidChange.REDUCED
