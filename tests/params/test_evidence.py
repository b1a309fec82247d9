"""Every published figure is held, number by number, by the publication and the place it names.

The first walk reads the YAML itself and knows nothing of the pipeline's own check; the mutations
then show that the pipeline's check can fail.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from multifidus.domain.answers import UNPUBLISHED, Confidence
from multifidus.domain.publication import Publications, not_held, not_used
from multifidus.domain.published import Study
from multifidus.domain.published_figure import FollowUp, PublishedFigure, Statistic
from multifidus.files.paths import PARAMS
from multifidus.files.rules.evidence import EVIDENCE, PUBLICATIONS, read_publications, read_studies
from multifidus.files.rules.outcomes import read_definitions
from multifidus.files.yaml import read_yaml

NUMBERS = ("value", "low", "high", "spread", "count", "n")
Entry = dict[str, Any]


def loaded(folder: Path) -> dict[str, Entry]:
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.yml"))
    }


STUDIES, SOURCES = loaded(EVIDENCE), loaded(PUBLICATIONS)


def entries(kind: str) -> Iterator[tuple[str, Entry]]:
    for study, content in STUDIES.items():
        for name, entry in content.get(kind, {}).items():
            yield f"{study}/{name}", entry


FIGURES, STATEMENTS = dict(entries("figures")), dict(entries("statements"))


def numbers_of(figure: Entry) -> dict[str, float]:
    """What the figure itself says, without the names and the words."""
    told = {name: float(figure[name]) for name in NUMBERS if name in figure}
    told |= {name: float(at) for name, at in figure.get("time", {}).items() if name != "since"}
    if "p" in figure:
        told["p"] = float(figure["p"].split()[-1])
    if "n_source" in figure:
        del told["n"]
    return told


# The walk over the files themselves


def test_there_is_something_to_walk() -> None:
    assert len(FIGURES) > 130
    assert len(STATEMENTS) > 30
    assert len(SOURCES) > 25


@pytest.mark.parametrize("key", FIGURES)
def test_the_source_of_a_figure_lists_that_very_figure_at_that_place(key: str) -> None:
    figure = FIGURES[key]
    held = SOURCES[figure["source"]]["lists"][figure["place"]][key]
    assert {name: float(number) for name, number in held.items()} == numbers_of(figure)
    if "n_source" in figure:
        lists = SOURCES[figure["n_source"]]["lists"].values()
        assert [held[key] for held in lists if key in held] == [{"n": figure["n"]}]


@pytest.mark.parametrize("key", FIGURES)
def test_a_figure_says_what_unit_time_people_group_and_confidence_it_has(key: str) -> None:
    figure = FIGURES[key]
    for name in ("what", "statistic", "unit", "group", "source", "place"):
        assert figure[name], name
    assert figure["confidence"] not in UNPUBLISHED
    assert Confidence(figure["confidence"]) is not Confidence.NOT_READ
    if "time" in figure:
        assert len(figure["time"].keys() & {"days", "months"}) == 1
        assert figure["time"]["since"]
    if SOURCES[figure["source"]]["confidence"] in ("seed", "secondary"):
        assert figure["confidence"] == SOURCES[figure["source"]]["confidence"]


@pytest.mark.parametrize("key", STATEMENTS)
def test_a_statement_stands_at_its_place_and_its_numbers_too(key: str) -> None:
    statement = STATEMENTS[key]
    held = SOURCES[statement["source"]]["lists"][statement["place"]][key]
    said = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", statement["text"])
    assert {float(number) for number in said} == {float(number) for number in held.values()}


def test_no_publication_is_unused_and_none_lists_what_is_not_there() -> None:
    everything = {**FIGURES, **STATEMENTS}
    rests_on = {one["source"] for one in everything.values()}
    rests_on |= {one["n_source"] for one in FIGURES.values() if "n_source" in one}
    assert rests_on == set(SOURCES)
    for name, source in SOURCES.items():
        for place, held in source["lists"].items():
            for key in held:
                entry = everything[key]
                at_home = (entry["source"], entry["place"]) == (name, place)
                assert at_home or entry.get("n_source") == name, f"{name}, {place}: {key}"


@pytest.mark.parametrize("name", SOURCES)
def test_a_publication_has_an_address_a_kind_and_what_of_it_was_read(name: str) -> None:
    source = SOURCES[name]
    assert source["citation"] and source["kind"] and source["read"]
    assert source.get("doi") or source.get("url") or source["document"] is True
    if "doi" in source:
        assert re.fullmatch(r"10\.\d{4,9}/\S*[^\s.,;]", source["doi"])
    if "url" in source:
        assert re.fullmatch(r"https?://\S+", source["url"])


def test_no_two_publications_are_one() -> None:
    for key in ("doi", "url", "citation"):
        found = [source[key] for source in SOURCES.values() if key in source]
        assert len(found) == len(set(found)), key


# The pipeline's own check, and that it can fail

READ = read_studies()
HELD = read_publications()
EVERY = [(study, figure) for study in READ for figure in study.figures]


def problems(study: Study, figure: PublishedFigure, publications: Publications) -> list[str]:
    return list(not_held([replace(study, figures=(figure,), statements=())], publications))


def test_the_check_finds_nothing_wrong() -> None:
    assert list(not_held(READ, HELD)) == []
    assert list(not_used(READ, HELD)) == []


def changed(figure: PublishedFigure) -> Iterator[PublishedFigure | None]:
    """The figure with one number changed at a time; None where it can't even be built."""
    for name in NUMBERS:
        if (number := getattr(figure, name)) is not None:
            yield _built(figure, **{name: number + 1})
            yield _built(figure, **{name: number + 1, "count": None})
    if figure.time is not None and figure.time.since != "baseline":
        days, months = figure.time.days, figure.time.months
        later = FollowUp(
            figure.time.since,
            None if days is None else days + 1,
            None if months is None else months + 1,
        )
        yield _built(figure, time=later)
        yield _built(figure, time=None)
    if figure.p:
        yield _built(figure, p="0.5")
        yield _built(figure, p="")


def _built(figure: PublishedFigure, **change: Any) -> PublishedFigure | None:
    try:
        return replace(figure, **change)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("study", "figure"), EVERY, ids=[f"{s.study_id}/{f.figure_id}" for s, f in EVERY]
)
def test_any_changed_number_of_any_figure_is_noticed(study: Study, figure: PublishedFigure) -> None:
    assert problems(study, figure, HELD) == []
    mutants = list(changed(figure))
    assert mutants
    for mutant in mutants:
        assert mutant is None or problems(study, mutant, HELD), mutant


def test_a_source_that_is_unknown_or_lists_it_elsewhere_or_not_at_all_is_noticed() -> None:
    study, figure = EVERY[0]
    key = f"{study.study_id}/{figure.figure_id}"
    assert problems(study, replace(figure, source="nobody_1999"), HELD)
    assert problems(study, replace(figure, place="table 9"), HELD)
    assert problems(study, replace(figure, figure_id="another"), HELD)
    other = next(name for name in HELD if name != figure.source)
    assert problems(study, replace(figure, source=other), HELD)
    source = HELD[figure.source]
    emptied = {**HELD, figure.source: replace(source, lists={})}
    assert problems(study, figure, emptied) == [
        f"{key}: {figure.source} does not list it at '{figure.place}'"
    ]


def test_a_changed_number_in_a_statement_is_noticed() -> None:
    study = next(one for one in READ if one.study_id == "reactiv8_b")
    told = study.against[0]
    wrong = replace(told, text=told.text.replace("57.1", "75.1"))
    assert list(not_held([replace(study, figures=(), statements=(told,))], HELD)) == []
    assert list(not_held([replace(study, figures=(), statements=(wrong,))], HELD))


def test_a_publication_that_nothing_rests_on_and_a_dangling_entry_are_noticed() -> None:
    spare = replace(HELD["psps"], publication_id="spare", lists={})
    assert list(not_used(READ, {**HELD, "spare": spare})) == ["spare lists nothing"]
    without = [one for one in READ if one.study_id != "copley_2024"]
    assert "copley_2024 lists copley_2024/pain at" in " ".join(not_used(without, HELD))


# What the audit found


def figure(key: str) -> PublishedFigure:
    study, name = key.split("/")
    (found,) = [
        one
        for each in READ
        for one in each.figures
        if (each.study_id, one.figure_id) == (study, name)
    ]
    return found


def test_huangs_two_odi_stand_side_by_side_each_with_its_source_and_twelve_months() -> None:
    ours, theirs = figure("huang/odi_12m"), figure("huang/odi_12m_isass")
    assert (ours.value, ours.low, ours.high, ours.months) == (30.0, 26.7, 33.8, 12)
    assert (theirs.value, theirs.low, theirs.high, theirs.months) == (24.7, 21.1, 28.3, 12)
    assert {ours.source, theirs.source} == {"huang_2025", "isass_2025"}
    assert "24.7" in ours.differs and "30.0" in theirs.differs
    assert "not with the treatment" in figure("huang/pathway_satisfaction").what


def test_serious_events_are_those_of_procedure_or_device_and_have_no_time() -> None:
    serious = figure("reactiv8_b/serious_related")
    assert "procedure or the device" in serious.what
    assert serious.time is None


def test_what_the_abstract_of_the_pivotal_trial_does_not_hold_is_not_said_to_be_from_it() -> None:
    for name in ("vas_change_stimulation", "vas_change_sham", "vas_change_difference", "curve"):
        assert figure(f"reactiv8_b/{name}").source == "nice_1643"


def test_the_versions_of_the_two_year_figures_are_all_there() -> None:
    (study,) = [one for one in READ if one.study_id == "reactiv8_b"]
    resolved = {
        (one.source, one.value, one.n)
        for one in study.figures
        if one.definition == "vas_resolved" and one.months == 24
    }
    assert resolved == {
        ("nice_1643", 66.5, 155),
        ("gilligan_2023", 65, 156),
        ("isass_2025", 67, None),
    }


def test_a_share_whose_own_number_is_not_told_gets_no_interval() -> None:
    assert figure("reactiv8_a/both_4y").counted_n is None
    assert figure("reactiv8_a/both_4y").n == 34
    assert figure("huang/mcid_either").counted_n == 99


def test_the_five_year_figures_stand_with_the_study_they_belong_to() -> None:
    five = {
        study.study_id: {one.value for one in study.figures if one.months == 60}
        for study in READ
        if any("Gilligan 2024" in one.place for one in study.figures)
    }
    assert five == {"reactiv8_b": {72, 61, 78, 88, 46, 23}}


def test_the_missed_endpoint_the_special_arrangements_and_the_limits_speak_against() -> None:
    against = " ".join(one.text for study in READ for one in study.against)
    assert "missed its primary endpoint: 57.1 % against 46.6 %" in against
    assert "special arrangements only" in against
    assert "did not go through the journal's usual review" in against
    assert "weakest" in against
    missed = {
        one.group: (one.pct, one.n)
        for _, one in EVERY
        if one.against and one.statistic is Statistic.SHARE
    }
    assert missed == {"stimulation": (57.1, 102), "sham control": (46.6, 102)}


def test_every_share_is_held_against_a_definition_that_is_there() -> None:
    known = {definition.definition_id for definition in read_definitions()}
    named = {one.definition for _, one in EVERY if one.definition}
    assert len(named) > 10
    assert named <= known


def test_what_a_report_says_against_the_treatment_is_held_by_the_publications() -> None:
    page = read_yaml(PARAMS / "report.yml")
    held = {
        float(number)
        for name in ("gilligan_2021", "nice_ipg739")
        for place in SOURCES[name]["lists"].values()
        for numbers in place.values()
        for number in numbers.values()
    }
    said = re.findall(
        r"(?<![\w.])\d+(?:\.\d+)?", " ".join(one["text"] for one in page["contrary_evidence"])
    )
    assert len(said) == 3
    assert {float(one) for one in said} <= held
