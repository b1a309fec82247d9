"""Levels as the words and rounded numbers of a report: slices, vertebrae, how sure the numbers."""

from collections.abc import Sequence

from multifidus.domain.case import CaseResult
from multifidus.domain.spine import LevelSource, SlicePlace, UnnamedSlice
from multifidus.report.numbers import NO_VALUE, area_cm2, degrees, percent, signed
from multifidus.report.table import Table
from multifidus.report.words import slice_words


def level_table(case: CaseResult) -> Table:
    """Which slice stands for each level, how it lies against the disc, and how it was found."""
    several = any(placed.stack for placed in case.level_slices)
    rows = [
        (
            placed.level.value,
            slice_words(placed.slice_index, placed.stack, several),
            signed(placed.offset_mm),
            degrees(placed.tilt_deg),
            placed.source.value,
        )
        for placed in case.level_slices
    ]
    headings = (
        *("Level", "Slice (0 = lowest)", "From the place measured mm", "Tilt against the disc °"),
        "Level told by",
    )
    return Table(headings, tuple(rows))


def body_table(case: CaseResult) -> Table:
    """The vertebral bodies' cross-sections, and how coarse the sagittal slices make them."""
    rows = [
        (
            body.vertebra.value,
            area_cm2(body.area_mm2),
            str(body.slices),
            percent(body.slice_step_pct),
        )
        for body in case.body_areas
    ]
    headings = (
        *("Vertebra", "Area at mid-height cm²", "Sagittal slices across"),
        "One slice more or less, %",
    )
    return Table(headings, tuple(rows))


def slice_table(places: Sequence[SlicePlace | UnnamedSlice]) -> Table:
    """Every axial slice with the part of the spine that it crosses."""
    rows = [_slice_row(place) for place in places]
    headings = ("Stack", "Slice (0 = lowest)", "Where", "From its centre mm", "Tilt °")
    return Table(headings, tuple(rows))


def _slice_row(place: SlicePlace | UnnamedSlice) -> tuple[str, ...]:
    number = (str(place.stack + 1), str(place.slice_index))
    if isinstance(place, UnnamedSlice):
        return (*number, f"no name: {place.reason}", NO_VALUE, NO_VALUE)
    words = f"{place.structure} {place.place}"
    return (*number, words, signed(place.offset_mm), degrees(place.tilt_deg))


def numbering_notes(case: CaseResult) -> list[str]:
    """How far the level numbering can be trusted: how it came about, then each doubt."""
    sources = {placed.source for placed in case.level_slices}
    if not sources:
        return ["No level was told, so nothing was measured at a named level.", *_doubts(case)]
    words = {
        LevelSource.MODEL: "by a model on the sagittal images, which misnumbers some spines",
        LevelSource.LABEL_MAP: "as the level label map given with the study numbers them",
        LevelSource.PARAMETERS: "by the slices that the settings name",
    }
    told = " and ".join(text for source, text in words.items() if source in sources)
    note = (
        f"Levels were numbered {told}. The numbering was not verified against the whole spine; a "
        "transitional or sixth lumbar vertebra would shift every level name."
    )
    return [note, *_doubts(case)]


def _doubts(case: CaseResult) -> list[str]:
    return [f"Levels are in doubt: {doubt}." for doubt in case.level_doubts]
