import pytest

from multifidus.domain.published_figure import FollowUp, PublishedFigure, Statistic


def figure(**change: object) -> PublishedFigure:
    kept: dict[str, object] = {
        "figure_id": "pain",
        "what": "Pain lower by half",
        "statistic": Statistic.SHARE,
        "value": 50,
        "unit": "%",
        "group": "treated",
        "source": "somebody_2020",
        "place": "table 2",
        "confidence": "seen",
    }
    return PublishedFigure(**{**kept, **change})


@pytest.mark.parametrize(
    ("time", "months", "words"),
    [
        (FollowUp("activation", months=12), 12, "12 months after activation"),
        (FollowUp("not told", days=120), 120 * 12 / 365.25, "120 days"),
        (FollowUp("baseline", months=0), 0, "baseline"),
    ],
)
def test_a_time_keeps_the_unit_of_its_source_and_is_matched_in_months(
    time: FollowUp, months: float, words: str
) -> None:
    assert time.in_months == pytest.approx(months)
    assert time.words == words


@pytest.mark.parametrize(
    "given",
    [
        {"since": "activation"},
        {"since": "activation", "days": 30, "months": 1},
        {"since": "activation", "months": 0},
        {"since": "baseline", "months": 12},
        {"since": "not told", "days": -1},
    ],
)
def test_a_time_is_one_number_and_only_the_baseline_is_at_nought(given: dict) -> None:
    with pytest.raises(ValueError, match=r"time|baseline"):
        FollowUp(**given)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"value": 101}, r"0\.\.100"),
        ({"unit": "points"}, r"0\.\.100"),
        ({"count": 10, "n": 40}, "10 of 40 is not 50 %"),
        ({"count": 10}, "need n"),
        ({"low": 40.0}, "come together"),
        ({"low": 60.0, "high": 70.0, "interval": "95 % interval"}, "does not lie in"),
        ({"spread": 2.0}, "spread_kind"),
        ({"p": "about 0.03"}, "p reads"),
        ({"unit": ""}, "never empty"),
        ({"place": ""}, "never empty"),
        ({"confidence": "gk_unverified"}, "not checked"),
        ({"confidence": "not_read"}, "not checked"),
        ({"figure_id": "Pain 1"}, "small letters"),
        ({"statistic": Statistic.MEAN, "definition": "nrs_relief_50"}, "only a share"),
        ({"statistic": Statistic.MEAN, "measure": "nrs"}, "no unit of 'nrs'"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(change: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        figure(**change)


def test_centimetres_stand_beside_millimetres() -> None:
    found = figure(statistic=Statistic.MEAN, value=-3.3, unit="cm", measure="lbp_vas_mm")
    assert found.in_measure == pytest.approx(-33)
    assert found.pct is None
    assert figure().in_measure is None


def test_the_numbers_a_source_must_hold_are_all_of_the_figures_own() -> None:
    found = figure(n=94, n_of="followed up", p="< 0.001", time=FollowUp("activation", months=24))
    assert found.numbers == {"value": 50, "n": 94, "p": 0.001, "months": 24}
    assert figure(n=94, n_source="another").numbers == {"value": 50}
    assert found.counted_n is None
    assert figure(n=94).counted_n == 94
