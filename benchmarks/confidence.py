"""The confidence of outlines: fitted on training people, chosen on others, held against readers.

`python -m benchmarks.confidence [../shared/data] [--bundle NAME] [--write] [--fit-only]` outlines,
as shipped, slices of mri_axial_t1_open of every sixteenth person that may be trained on, as they
are and degraded (`benchmarks/open_t1.py`), and fits the two numbers of
`segmentation.confidence.ConfidenceModel`, which `--write` puts into the bundle. It prints how the
Dice expected agrees with the Dice found on the tenth of the people kept for choices and on
mri_axial_t2_dev. No person of tenths 0 and 1 is read.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import spearmanr

from benchmarks.limits_of_agreement import t2_slices
from benchmarks.open_t1 import (
    CHOICE_TENTHS,
    DEGRADED,
    TRAINING_TENTHS,
    T1Slice,
    degraded,
    slices_of,
)
from multifidus.domain.anatomy import LABEL_OF, Muscle
from multifidus.domain.errors import InputError
from multifidus.domain.masks import dice
from multifidus.files.paths import bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.checks import concerns
from multifidus.segmentation.confidence import AS_IT_IS, CONFIDENCE_FILE, ConfidenceModel
from multifidus.segmentation.muscles import segment_muscles

EVERY = 16
"""Every sixteenth person is enough for two numbers."""
BAD, WORST_SHARE, SUREST_SHARE = 0.7, 0.05, 0.8


@dataclass(frozen=True)
class Outline:
    """One outline held against a reader's. doubts: what the checks of its place and size say."""

    patient: str
    how: str
    muscle: Muscle
    soft_dice: float
    dice: float
    doubts: tuple[str, ...]


def main() -> None:
    """Fit, evaluate, print, and write where asked."""
    places = [word for word in sys.argv[1:] if not word.startswith("--")]
    chosen = read_settings().segmentation
    name = places.pop() if "--bundle" in sys.argv else chosen.bundle
    data = Path(places[0] if places else "../shared/data")
    bundle = open_bundle(bundle_folder(name), chosen.weights)
    print(f"{bundle.name} {bundle.version}, {bundle.weights}, SHA-256 {bundle.weights_sha256}")
    plain = replace(bundle, confidence=AS_IT_IS)
    taught = list(slices_of(data, TRAINING_TENTHS))[::EVERY]
    model = fitted(outlines(plain, with_degraded(taught)))
    print(f"fitted on {len(taught)} people: {model}", flush=True)
    if "--write" in sys.argv:
        write(bundle, bundle_folder(name), model)
    if "--fit-only" in sys.argv:
        return
    print_header()
    chosen_on = list(outlines(plain, with_degraded(slices_of(data, CHOICE_TENTHS))))
    print_rows("T1, as it is", [o for o in chosen_on if o.how == "as it is"], model)
    print_rows("T1, as it is and degraded", chosen_on, model)
    dev = (T1Slice(str(n), *pair) for n, pair in enumerate(t2_slices(data)))
    print_rows("T2, development", list(outlines(plain, dev)), model)
    print_calibration(chosen_on, model)


def write(bundle: Bundle, folder: Path, model: ConfidenceModel) -> None:
    """Put the model into the bundle, for these weights alone."""
    content = {
        "weights_sha256": bundle.weights_sha256,
        "source": "python -m benchmarks.confidence",
        "model": {key: round(value, 3) for key, value in asdict(model).items()},
    }
    path = folder / CONFIDENCE_FILE
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"written to {path}")


def with_degraded(cases: Iterable[T1Slice]) -> Iterator[T1Slice]:
    """Each slice, and after it two of it spoilt, each in another way."""
    ways = list(DEGRADED)
    for number, case in enumerate(cases):
        rng = np.random.default_rng(number)
        yield case
        for step in (0, 1):
            yield degraded(case, ways[(2 * number + step) % len(ways)], rng)


def outlines(bundle: Bundle, cases: Iterable[T1Slice]) -> Iterator[Outline]:
    """Every outline found of a muscle that the reader outlined; its confidence is the soft Dice."""
    limits, twin = read_settings().quality, read_settings().segmentation.mirrored_twin
    for case in cases:
        try:
            answer = segment_muscles(bundle, [case.image], twin)
        except InputError:
            continue  # nothing found is nothing to be sure of
        plane, read = answer.labels.voxels[..., 0], case.labels.voxels[..., 0]
        for (structure, _), soft in answer.confidence.items():
            value = LABEL_OF[structure]
            if (read == value).any():
                yield Outline(
                    case.patient,
                    case.how,
                    structure.muscle,
                    soft,
                    dice(plane == value, read == value),
                    concerns(answer.labels, case.image, structure, 0, limits)
                    if structure.muscle is Muscle.MULTIFIDUS
                    else (),
                )


def fitted(cases: Iterable[Outline]) -> ConfidenceModel:
    """The model that comes nearest to the Dice found, outliers weighing less."""
    known = list(cases)
    found = np.array([outline.dice for outline in known])

    def misses(numbers: np.ndarray) -> np.ndarray:
        return expected(known, ConfidenceModel(*map(float, numbers))) - found

    bounds = ([0.05, 0.2], [20.0, 3.0])
    best = least_squares(misses, [1.0, 1.0], bounds=bounds, loss="soft_l1", f_scale=0.1)
    return ConfidenceModel(*map(float, best.x))


def expected(cases: Iterable[Outline], model: ConfidenceModel) -> np.ndarray:
    """The Dice that the model expects of each."""
    return np.array([model.expected_dice(outline.soft_dice) for outline in cases])


def print_header() -> None:
    """Of the table of `print_rows`."""
    limit = read_settings().quality.least_confidence
    print(
        "\n| set | muscle | outlines | Dice | expected | rank correlation "
        f"| surest {SUREST_SHARE:.0%} | flagged at {limit} or in doubt | of the worst twentieth "
        f"| under {BAD} | of them flagged |\n| --- | --- |" + " ---: |" * 9
    )


def print_rows(name: str, every: list[Outline], model: ConfidenceModel) -> None:
    """Rank correlation, surest outlines, and what is flagged, muscle by muscle."""
    limit = read_settings().quality.least_confidence
    for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE):
        own = [outline for outline in every if outline.muscle is muscle]
        print(f"| {name} | {muscle.words} | {row_of(own, model, limit)} |", flush=True)


def print_calibration(every: list[Outline], model: ConfidenceModel) -> None:
    """Expected beside found, by bands of what is expected."""
    print(
        "\n| expected Dice | outlines | mean expected | mean found |\n| --- | ---: | ---: | ---: |"
    )
    sure, found = expected(every, model), np.array([outline.dice for outline in every])
    for low, high in ((0, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        at = (sure >= low) & (sure < high)
        if at.any():
            means = f"{sure[at].mean():.3f} | {found[at].mean():.3f}"
            print(f"| {low} to {min(high, 1)} | {at.sum()} | {means} |")


def row_of(own: list[Outline], model: ConfidenceModel, limit: float) -> str:
    """The cells of one set and muscle."""
    sure, found = expected(own, model), np.array([outline.dice for outline in own])
    flagged = (sure < limit) | np.array([bool(outline.doubts) for outline in own])
    worst = found <= np.quantile(found, WORST_SHARE)
    surest = found[np.argsort(sure)[round((1 - SUREST_SHARE) * len(own)) :]]
    bad = found < BAD
    return (
        f"{len(own)} | {found.mean():.3f} | {sure.mean():.3f} | "
        f"{spearmanr(sure, found).statistic:.2f} | {surest.mean():.3f} | {flagged.mean():.1%} | "
        f"{flagged[worst].mean():.0%} | {bad.sum()} | {(flagged & bad).sum()}"
    )


if __name__ == "__main__":
    main()
