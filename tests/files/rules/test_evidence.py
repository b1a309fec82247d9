"""Studies and publications from YAML: what does not hold stops the reading, in one line."""

from pathlib import Path

import pytest

from multifidus.domain.errors import UsageError
from multifidus.files.rules.evidence import read_publications, read_studies

STUDY = """title: Somebody 2020
level: one group
figures:
  pain: {what: Less pain, statistic: share, value: 50, unit: "%", n: 10, group: treated,
    time: {months: 12, since: activation}, source: somebody_2020, place: table 2, confidence: seen}
statements:
  said: {text: Half had less pain., source: somebody_2020, place: abstract, confidence: seen}
"""
SOURCE = """citation: Somebody, Journal 2020
kind: journal article
read: abstract and tables
doi: 10.1000/abc
confidence: seen
lists:
  table 2:
    study/pain: {value: 50, n: 10, months: 12}
  abstract:
    study/said: {}
"""


def folders(tmp_path: Path, study: str = STUDY, source: str = SOURCE) -> tuple[Path, Path]:
    for name, text in (("evidence/study", study), ("publications/somebody_2020", source)):
        path = tmp_path / f"{name}.yml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    return tmp_path / "evidence", tmp_path / "publications"


def test_a_study_is_read_with_its_citations_by_name(tmp_path: Path) -> None:
    evidence, publications = folders(tmp_path)
    (study,) = read_studies(evidence, read_publications(publications))
    assert (study.study_id, study.figures[0].figure_id) == ("study", "pain")
    assert study.cited(study.figures[0]) == (
        "Somebody, Journal 2020 (journal article), doi 10.1000/abc; table 2 (seen)"
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("value: 50", "value: 51", "lists"),
        ("months: 12", "days: 12", "lists"),
        ("place: table 2", "place: table 3", "does not list it at 'table 3'"),
        ("source: somebody_2020, place: table 2", "source: x, place: y", "unknown source 'x'"),
        ("Half had", "50 of us had", "it says"),
        ("figures:", "figurs:", "figurs"),
        ("n: 10", "m: 10", "m: Unexpected"),
        ("confidence: seen}\nstatements", "confidence: gk_unverified}\nstatements", "not checked"),
        ("what: Less pain, ", "", "what"),
        ("level: one group\n", "", "level"),
        ("  pain: {what", "  pain: 3\n  other: {what", "needs a name and indented lines"),
    ],
)
def test_a_study_that_does_not_hold_stops_the_reading(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in STUDY
    evidence, publications = folders(tmp_path, STUDY.replace(old, new, 1))
    with pytest.raises(UsageError, match=r"study\.yml") as error:
        read_studies(evidence, read_publications(publications))
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("doi: 10.1000/abc", "doi: https://doi.org/10.1000/abc", "a doi reads"),
        ("doi: 10.1000/abc", "doi: 10.1000/abc.", "a doi reads"),
        ("doi: 10.1000/abc\n", "", "needs a doi, a url"),
        ("doi: 10.1000/abc", "url: somewhere.org", "a url starts"),
        ("kind: journal article", "kind: rumour", "kind"),
        ("read: abstract and tables\n", "", "read"),
        ("value: 50", "value: half", "lists"),
        ("confidence: seen", "confidence: not_read", "not read"),
    ],
)
def test_a_publication_that_does_not_hold_stops_the_reading(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    _, publications = folders(tmp_path, source=SOURCE.replace(old, new, 1))
    with pytest.raises(UsageError, match=r"somebody_2020\.yml") as error:
        read_publications(publications)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_publication_that_lists_another_number_stops_the_study(tmp_path: Path) -> None:
    evidence, publications = folders(tmp_path, source=SOURCE.replace("value: 50", "value: 5"))
    with pytest.raises(UsageError, match=r"study\.yml: study/pain: somebody_2020 lists"):
        read_studies(evidence, read_publications(publications))
