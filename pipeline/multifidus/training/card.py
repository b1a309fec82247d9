"""The figures of a model card as Markdown tables, from the weights that never saw the person."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from multifidus.domain.agreement import ComparedSlice
from multifidus.domain.anatomy import Muscle, Side, Structure
from multifidus.domain.errors import InputError
from multifidus.domain.labelled import LabelledImage
from multifidus.domain.volume import SLICE_OVER_PIXEL, Geometry, LabelMap, Volume
from multifidus.files.labelled_images import read_table
from multifidus.files.training_images import read_seen
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.fingerprint import SeenSlices
from multifidus.study.compared import compare_image, recognised
from multifidus.training.bundle import record_figures
from multifidus.training.cases import LabelledSlice
from multifidus.training.evaluation import (
    VertebraRow,
    evaluate_muscles,
    evaluate_vertebrae,
    summary_of_vertebrae,
)
from multifidus.training.gathering import labelled_slices
from multifidus.training.run import MOST_NAMED
from multifidus.training.sagittal import sagittal_files
from multifidus.training.settings import TrainingSettings

DIXON_PEOPLE = frozenset({"sub-TUM01", "sub-TUM02"})


def muscles_card(settings: TrainingSettings, names: Sequence[str]) -> str:
    """Dice per contrast, and multifidus area and fat at L3/4 and L4/5, of each Dixon person."""
    dice_lines = [
        "| person | contrast | MF right | MF left | ES right | ES left |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    level_lines = [
        "| person | level (slice) | side | MF area / manual | fat fraction - manual |",
        "| --- | --- | --- | --- | --- |",
    ]
    figures: dict[str, float] = {}
    for name in names:
        for person in sorted(DIXON_PEOPLE & {*settings.people_left_out(name)}):
            bundle = open_bundle(settings.bundle, name)
            rows, levels = evaluate_muscles(bundle, settings.data / "mri_dixon", person)
            for row in rows:
                cells = [
                    f"{row.dice_of[Structure(m, s)]:.3f}"
                    for m in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
                    for s in Side
                ]
                dice_lines.append(f"| {person} | {row.contrast} | {' | '.join(cells)} |")
                for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE):
                    key = f"{muscle}_dice_{row.contrast}_{person}".replace(" ", "_")
                    figures[key] = round(row.mean(muscle), 3)
            level_lines += [
                f"| {r.subject} | {r.level} ({r.slice_index}) | {r.side} | {r.area_ratio:.2f} | "
                f"{r.fat_points:+.1f} points |"
                for r in levels
            ]
    record_figures(settings.bundle, figures)
    return "\n".join([*dice_lines, "", *level_lines])


def table_card(settings: TrainingSettings, names: Sequence[str]) -> str:
    """Dice and area error of each held-out person of the axial slices or of a site's own table.

    Of more than a dozen people with one contrast, the mean, the median and the worst.
    """
    lines: list[str] = []
    figures: dict[str, float] = {}
    for name in names:
        bundle = open_bundle(settings.bundle, name)
        seen = SeenSlices(read_seen(settings.bundle, name) or ())
        cases = labelled_images(settings, settings.people_left_out(name))
        for contrast in dict.fromkeys(case.contrast for case in cases):
            own = [case for case in cases if case.contrast == contrast]
            rows = [_row_of(bundle, case, seen) for case in own]
            if len({case.subject for case in own}) > MOST_NAMED:
                lines += _summary_lines(name, contrast, rows)
            else:
                lines += [row.line(name) for row in rows]
            for row in rows:
                if not np.isnan(row.multifidus):
                    key = f"multifidus_dice_{contrast}_{row.person}".replace(" ", "_")
                    figures[key] = round(row.multifidus, 3)
    if not lines:
        return "No weights leave anyone out, so nothing can be told of people not trained on."
    record_figures(settings.bundle, figures)
    return "\n".join([*HEAD, *lines])


HEAD = (
    "| weights | person | contrast | slices | MF Dice right, left | ES Dice right, left | "
    "MF area found / reader |",
    "| --- | --- | --- | --- | --- | --- | --- |",
)


@dataclass(frozen=True)
class CardRow:
    """One image of a person: Dice of MF right and left, ES right and left, or why there is none.

    area_ratio: multifidus found over the reader's, both sides. NaN is no figure.
    """

    person: str
    contrast: str
    slices: int
    dice: tuple[float, float, float, float]
    area_ratio: float
    why_none: str = ""

    @property
    def multifidus(self) -> float:
        """Mean Dice of its two sides."""
        return (self.dice[0] + self.dice[1]) / 2

    @property
    def erector_spinae(self) -> float:
        """Mean Dice of its two sides."""
        return (self.dice[2] + self.dice[3]) / 2

    def line(self, weights: str) -> str:
        """The row of the card."""
        if self.why_none:
            return f"| {weights} | {self.person} | {self.contrast} | 0 | - | - | {self.why_none} |"
        mf_right, mf_left, es_right, es_left = (f"{dice:.3f}" for dice in self.dice)
        return (
            f"| {weights} | {self.person} | {self.contrast} | {self.slices} | "
            f"{mf_right}, {mf_left} | {es_right}, {es_left} | {self.area_ratio:.2f} |"
        )


NO_DICE = (np.nan, np.nan, np.nan, np.nan)


def _row_of(bundle: Bundle, case: LabelledImage, seen: SeenSlices) -> CardRow:
    slices = _compared_unseen(bundle, case, seen)
    if isinstance(slices, str):
        return CardRow(case.subject, case.contrast, 0, NO_DICE, np.nan, slices)
    rows = [row for compared in slices for row in compared.outlines]
    mf_right, mf_left, es_right, es_left = (
        float(np.mean([r.dice for r in rows if (r.muscle, r.side) == (m, s)] or [np.nan]))
        for m in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
        for s in Side
    )
    mf = [row for row in rows if row.muscle is Muscle.MULTIFIDUS]
    reader_mm2 = sum(r.area_reader_mm2 for r in mf)
    ratio = sum(r.area_found_mm2 for r in mf) / reader_mm2 if reader_mm2 else np.nan
    dice = (mf_right, mf_left, es_right, es_left)
    return CardRow(case.subject, case.contrast, len(slices), dice, ratio)


def _summary_lines(weights: str, contrast: str, rows: Sequence[CardRow]) -> list[str]:
    """Mean, median and worst of many people, sides together, and those without a figure."""
    told = [row for row in rows if not row.why_none]
    lines = [row.line(weights) for row in rows if row.why_none]
    if not told:
        return lines
    people = len({row.person for row in told})
    mf, es = ([getattr(r, m) for r in told] for m in ("multifidus", "erector_spinae"))
    ratios = [row.area_ratio for row in told]
    for word, of in (("mean", np.nanmean), ("median", np.nanmedian), ("worst", np.nanmin)):
        ratio = "-" if word == "worst" else f"{of(ratios):.2f}"
        lines.append(
            f"| {weights} | {word} of {people} people | {contrast} | {len(told)} | "
            f"{of(mf):.3f} | {of(es):.3f} | {ratio} |"
        )
    return lines


def _compared_unseen(
    bundle: Bundle, case: LabelledImage, seen: SeenSlices
) -> list[ComparedSlice] | str:
    """The slices compared, or in words why there is no figure."""
    if found := recognised(case, seen):
        return f"no figure: {found}"
    try:
        return compare_image(bundle, case, read_settings().segmentation.mirrored_twin)
    except InputError as error:
        return f"no figure: {error}".replace("|", "/")


def labelled_images(settings: TrainingSettings, people: Sequence[str]) -> list[LabelledImage]:
    """The labelled images of those people: of the site's table, or of the open slices."""
    if settings.table is not None:
        return [row.read() for row in read_table(settings.table) if row.subject in people]
    return [
        _as_image(case, origin)
        for origin, cases in labelled_slices(settings).items()
        if origin != "dixon"
        for case in cases
        if case.subject in people
    ]


def _as_image(case: LabelledSlice, origin: str) -> LabelledImage:
    """A slice as an image of its own; its contrast names where it comes from too."""
    spacing = (*case.pixel_mm, SLICE_OVER_PIXEL * case.pixel_mm[0])
    grid = Geometry((*case.labels.shape, 1), np.diag([*spacing, 1.0]))
    image, labels = Volume(case.channels[0][..., None], grid), case.labels[..., None]
    contrast = f"{'T2' if case.is_t2 else 'T1'} {origin}"
    subject = case.subject
    return LabelledImage(subject, subject, contrast, "L4/5", (image,), LabelMap(labels, grid))


def vertebrae_card(settings: TrainingSettings, names: Sequence[str]) -> str:
    """Share rightly numbered and centre error, by set of held-out people."""
    lines = [
        "| people | number | vertebrae | rightly numbered | centre error: median | 95 % |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    figures: dict[str, float] = {}
    for name in names:
        bundle = open_bundle(settings.bundle, name)
        sets: dict[str, list[VertebraRow]] = {}
        for person in settings.people_left_out(name):
            key = person.split("-")[0]
            image, levels = sagittal_files(settings.data, person)
            sets.setdefault(key, []).extend(evaluate_vertebrae(bundle, image, levels, person))
        for key, rows in sets.items():
            found = summary_of_vertebrae(rows)
            people = len({row.subject for row in rows})
            lines.append(
                f"| {key} | {people} | {len(rows)} | {found['rightly_numbered_pct']:.0f} % | "
                f"{found['centre_error_median_mm']:.1f} mm | "
                f"{found['centre_error_p95_mm']:.1f} mm |"
            )
            figures |= {f"{key}_{metric}": round(v, 2) for metric, v in found.items()}
    record_figures(settings.bundle, figures)
    return "\n".join(lines)
