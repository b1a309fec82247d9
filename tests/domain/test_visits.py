import pytest

from multifidus.domain.visits import is_after_treatment, is_enrolment, months_told, visit_key


@pytest.mark.parametrize(
    "name",
    ["12 mo", "12 months", "month 12", "Month_12", "m12", "12M", "1 year", "12-month follow-up"],
)
def test_one_visit_has_one_key_however_its_name_is_written(name: str) -> None:
    assert visit_key(name) == "month 12"
    assert months_told(name) == 12


@pytest.mark.parametrize("name", ["baseline", "Baseline", "BASELINE", " base line", "Base-Line"])
def test_the_baseline_is_known_in_any_letter_case(name: str) -> None:
    assert visit_key(name) == "baseline"


def test_days_and_weeks_are_no_months_and_tell_a_time() -> None:
    assert visit_key("120 days") == visit_key("day 120") == "day 120"
    assert visit_key("6 weeks") == "day 42"
    assert visit_key("120 days") != visit_key("4 months")
    assert months_told("120 days") == pytest.approx(3.94, abs=0.01)


@pytest.mark.parametrize("name", ["visit 2", "a year", "first contact", "", "phase 12"])
def test_a_name_that_tells_no_time_is_kept_as_it_is(name: str) -> None:
    assert visit_key(name) == name
    assert months_told(name) is None


def test_what_lies_before_and_what_comes_after_is_known_by_name() -> None:
    assert is_enrolment("Screening") and is_enrolment("enrollment")
    assert is_after_treatment("Activation") and not is_after_treatment("baseline")


@pytest.mark.parametrize(
    "name",
    ["Activation visit", "first programming", "post-op", "Postop", "discharge", "surgery", "OP",
     "Aktivierung", "nach Implantation", "stimulation on", "follow-up 1", "re-programming"],
)  # fmt: skip
def test_a_visit_after_the_implantation_is_known_by_any_word_of_its_name(name: str) -> None:
    assert is_after_treatment(name)


@pytest.mark.parametrize(
    "name",
    ["", "pre-op", "pre surgery", "before activation", "vor OP", "prior to implantation", "visit 1",
     "consultation", "MDT", "first contact", "poster"],
)  # fmt: skip
def test_a_visit_before_it_is_not_taken_for_one_after_it(name: str) -> None:
    assert not is_after_treatment(name)
