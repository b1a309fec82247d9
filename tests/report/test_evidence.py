from dataclasses import replace

from multifidus.domain.published import PublishedStatement, Study
from multifidus.domain.published_figure import FollowUp, PublishedFigure, Statistic
from multifidus.report.evidence import (
    against_lines,
    evidence_table,
    figure_words,
    people_words,
    statement_table,
    what_words,
)

SHARE = PublishedFigure(
    figure_id="pain",
    what="Less pain",
    statistic=Statistic.SHARE,
    value=57.1,
    unit="%",
    group="treated",
    source="a_2020",
    place="table 2",
    confidence="seen",
    time=FollowUp("not told", days=120),
    n=102,
)
MEAN = replace(
    SHARE,
    figure_id="odi",
    statistic=Statistic.MEAN,
    value=24.7,
    unit="points",
    n=None,
    low=21.1,
    high=28.3,
    interval="95 % interval",
)


def test_a_figure_reads_with_everything_its_source_tells() -> None:
    assert figure_words(SHARE) == "57.1 %"
    assert figure_words(replace(SHARE, value=77, count=76, n=99)) == "77 % (76 of 99)"
    assert figure_words(MEAN) == "24.7 points (21.1 to 28.3, 95 % interval)"
    plain = replace(MEAN, low=None, high=None, interval="")
    told = replace(plain, spread=0.4, spread_kind="SEM", p="< 0.001")
    assert figure_words(told) == "24.7 points ± 0.4 (SEM), p < 0.001"
    index = replace(plain, value=0.707, unit="index", spread=0.1, spread_kind="not told", p="0.03")
    curve = replace(plain, statistic=Statistic.P_VALUE, value=0.0499, unit="p")
    assert figure_words(curve) == "p = 0.0499"
    assert figure_words(index) == "0.707 ± 0.1 (kind not told), p = 0.03"


def test_a_change_is_not_told_as_a_mean() -> None:
    assert what_words(SHARE) == "Less pain, treated"
    assert what_words(MEAN) == "Less pain, mean, treated"
    changed = replace(MEAN, statistic=Statistic.CHANGE, differs="by phone")
    assert what_words(changed) == "Less pain, mean change, treated (by phone)"


def test_people_who_were_followed_up_are_not_told_as_those_a_share_rests_on() -> None:
    assert people_words(SHARE) == "n 102"
    assert people_words(replace(SHARE, n_of="followed up")) == "n 102 followed up"
    assert people_words(MEAN) == "n not told"


def test_the_tables_name_publication_place_and_time() -> None:
    said = PublishedStatement("said", "It failed.", "a_2020", "abstract", "seed", against=True)
    study = Study("s", "Study", "one group", (SHARE,), (said,), citations={"a_2020": "A, 2020"})
    (row,) = evidence_table([study]).rows
    assert row == (
        *("Study", "Less pain, treated", "120 days", "n 102", "57.1 %", "one group"),
        "A, 2020; table 2 (seen)",
    )
    (row,) = statement_table([study]).rows
    assert row == ("Study", "It failed.", "against", "A, 2020; abstract (seed)")
    assert against_lines([study]) == ["Study: It failed. [A, 2020; abstract (seed)]"]
