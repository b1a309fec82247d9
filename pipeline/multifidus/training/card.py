"""The figures of a model card as Markdown tables, from the weights that never saw the person."""

from collections.abc import Sequence

import numpy as np

from multifidus.domain.agreement import ComparedSlice
from multifidus.domain.anatomy import Muscle, Side, Structure
from multifidus.domain.errors import InputError
from multifidus.domain.labelled import LabelledImage
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.labelled_images import read_table
from multifidus.files.training_images import read_seen
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.fingerprint import SeenSlices
from multifidus.study.compared import compare_image, recognised
from multifidus.training.bundle import record_figures
from multifidus.training.cases import open_slices
from multifidus.training.evaluation import (
    VertebraRow,
    evaluate_muscles,
    evaluate_vertebrae,
    summary_of_vertebrae,
)
from multifidus.training.sagittal import sagittal_files
from multifidus.training.settings import TrainingSettings

HEAD_LINES = 2
DIXON_PEOPLE = frozenset({"sub-TUM01", "sub-TUM02"})


def muscles_card(settings: TrainingSettings, names: Sequence[str]) -> str:
    """Dice per contrast, and multifidus area and fat at L3/4 and L4/5, person by person."""
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
        for person in settings.weights[name]:
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
    """Dice and area error of each held-out person of the open slices or of a site's own table."""
    lines = [
        "| weights | person | contrast | slices | MF Dice right, left | ES Dice right, left | "
        "MF area found / reader |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    figures: dict[str, float] = {}
    for name in names:
        bundle = open_bundle(settings.bundle, name)
        seen = SeenSlices(read_seen(settings.bundle, name) or ())
        for case in labelled_images(settings, settings.weights[name]):
            slices = _compared_unseen(bundle, case, seen)
            if isinstance(slices, str):
                lines.append(
                    f"| {name} | {case.subject} | {case.contrast} | 0 | - | - | {slices} |"
                )
                continue
            rows = [row for one in slices for row in one.outlines]
            cells = [
                f"{np.mean([r.dice for r in rows if (r.muscle, r.side) == (m, s)]):.3f}"
                for m in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
                for s in Side
            ]
            mf = [row for row in rows if row.muscle is Muscle.MULTIFIDUS]
            reader_mm2 = sum(r.area_reader_mm2 for r in mf)
            ratio = sum(r.area_found_mm2 for r in mf) / reader_mm2 if reader_mm2 else np.nan
            lines.append(
                f"| {name} | {case.subject} | {case.contrast} | {len(slices)} | "
                f"{cells[0]}, {cells[1]} | {cells[2]}, {cells[3]} | {ratio:.2f} |"
            )
            key = f"multifidus_dice_{case.contrast}_{case.subject}".replace(" ", "_")
            if mf:
                figures[key] = round(float(np.mean([r.dice for r in mf])), 3)
    if len(lines) == HEAD_LINES:
        return "No weights leave anyone out, so nothing can be told of people not trained on."
    record_figures(settings.bundle, figures)
    return "\n".join(lines)


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
    found = []
    for case in open_slices(settings.data / "mri_l4l5_open"):
        if case.subject in people:
            grid = Geometry(
                (*case.labels.shape, 1), np.diag([*case.pixel_mm, 4 * case.pixel_mm[0], 1.0])
            )
            image, labels = Volume(case.channels[0][..., None], grid), case.labels[..., None]
            contrast = case.subject.split("_")[0]
            found.append(
                LabelledImage(
                    case.subject, case.subject, contrast, "L4/5", (image,), LabelMap(labels, grid)
                )
            )
    return found


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
        for person in settings.weights[name]:
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
