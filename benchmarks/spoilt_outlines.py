"""Where real multifidi lie, and how many outlines that were spoilt on purpose are caught.

`python -m benchmarks.spoilt_outlines [../shared/data]` prints, over the readers' outlines of the
people of mri_axial_t1_open that may be trained on, what the limits of `params/study.yml` are set
against; then how many of the readers' own outlines are flagged, of the people kept for choices and
of mri_axial_t2_dev, and how many of the same outlines spoilt in each of the ways of `SPOILT`. No
person of tenths 0 and 1 is read.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy import ndimage

from benchmarks.limits_of_agreement import t2_slices
from benchmarks.open_t1 import CHOICE_TENTHS, TRAINING_TENTHS, slices_of
from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.body_outline import body_outline
from multifidus.domain.settings import PlausibilityLimits
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.yaml import read_settings
from multifidus.segmentation.checks import concerns
from multifidus.segmentation.compartment import in_fat_pct, place_of

Slice = tuple[Volume, LabelMap]
STEP_MM, RIM_MM = 10.0, 5.0


def main() -> None:
    """Measure and print."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    print_real([(case.image, case.labels) for case in slices_of(data, TRAINING_TENTHS)])
    limits = read_settings().quality
    t1 = [(case.image, case.labels) for case in slices_of(data, CHOICE_TENTHS)]
    t2 = list(t2_slices(data))
    print("\n| outlines | flagged: T1, people for choices | T2, every fourth slice |")
    print("| --- | ---: | ---: |")
    shares = [caught(slices, None, limits) for slices in (t1, t2)]
    print(f"| the reader's own (T2: all slices) | {shares[0]} | {shares[1]} |")
    for name, spoil in SPOILT.items():
        shares = [caught(slices, spoil, limits) for slices in (t1, t2[::4])]
        print(f"| {name} | {shares[0]} | {shares[1]} |")


def multifidi(slices: list[Slice]) -> Iterator[tuple[Volume, LabelMap, Structure]]:
    """Each side's multifidus that the reader outlined."""
    for image, labels in slices:
        for side in Side:
            structure = Structure(Muscle.MULTIFIDUS, side)
            if (labels.voxels == LABEL_OF[structure]).any():
                yield image, labels, structure


def print_real(slices: list[Slice]) -> None:
    """Range and percentiles of every measured place."""
    rows: dict[str, list[float]] = {}
    for image, labels, structure in multifidi(slices):
        plane, pixels = labels.voxels[..., 0], image.voxels[..., 0]
        pixel_mm = np.array(image.geometry.spacing_mm[:2])
        place = place_of(plane, structure, pixel_mm)
        mask = plane == LABEL_OF[structure]
        fat = in_fat_pct(mask, plane > 0, pixels, body_outline(pixels), pixel_mm)
        measured = {
            "over the midline, %": place.over_midline_pct,
            "in the fat under the skin, %": fat,
            "inner edge from the midline, mm": place.gap_mm,
            **{f"{edge} edge beyond twin's, mm": mm for edge, mm in place.beyond_twin_mm.items()},
            "deeper than twin, mm": place.deeper_mm,
            "share of multifidus and erector spinae, %": place.share_of_back_pct,
        }
        for name, value in measured.items():
            rows.setdefault(name, []).append(value)
    print(f"{len(slices)} people, both sides\n")
    print("| measured | least | 1 % | median | 99 % | most |\n" + "| --- |" + " ---: |" * 5)
    for name, values in rows.items():
        cells = (f"{value:.2f}" for value in np.percentile(values, (0, 1, 50, 99, 100)))
        print(f"| {name} | " + " | ".join(cells) + " |")


Spoil = Callable[[np.ndarray, Structure, float], np.ndarray]
"""Labels (X, Y), the multifidus to spoil and the pixel in mm, to spoilt labels."""


def caught(slices: list[Slice], spoil: Spoil | None, limits: PlausibilityLimits) -> str:
    """How many outlines raise a doubt, of how many; spoil None: as the reader drew them."""
    flags = []
    for image, labels, structure in multifidi(slices):
        plane = labels.voxels[..., 0]
        if spoil:
            plane = spoil(plane.copy(), structure, image.geometry.spacing_mm[0])
        if (plane == LABEL_OF[structure]).any():
            drawn = LabelMap(np.ascontiguousarray(plane[..., None]), labels.geometry)
            flags.append(bool(concerns(drawn, image, structure, 0, limits)))
    return f"{sum(flags)} of {len(flags)} ({np.mean(flags):.0%})"


def _moved(lateral: float, front: float) -> Spoil:
    def spoil(plane: np.ndarray, structure: Structure, mm: float) -> np.ndarray:
        return _put(plane, structure, _shifted(plane, structure, mm, (lateral, front)))

    return spoil


def _spilt(lateral: float, front: float) -> Spoil:
    def spoil(plane: np.ndarray, structure: Structure, mm: float) -> np.ndarray:
        mask = plane == LABEL_OF[structure]
        both = mask | _shifted(plane, structure, mm, (lateral, front))
        return _put(plane, structure, both & ((plane == 0) | mask))

    return spoil


def _shifted(
    plane: np.ndarray, structure: Structure, mm: float, way: tuple[float, float]
) -> np.ndarray:
    out = 1 if structure.side is Side.RIGHT else -1
    mask = (plane == LABEL_OF[structure]).astype(np.uint8)
    step = (out * way[0] * STEP_MM / mm, way[1] * STEP_MM / mm)
    return ndimage.shift(mask, step, order=0) > 0


def _put(plane: np.ndarray, structure: Structure, mask: np.ndarray) -> np.ndarray:
    plane[plane == LABEL_OF[structure]] = 0
    plane[mask] = LABEL_OF[structure]
    return plane


def _larger(plane: np.ndarray, structure: Structure, mm: float) -> np.ndarray:
    mask = plane == LABEL_OF[structure]
    grown = ndimage.binary_dilation(mask, iterations=round(RIM_MM / mm))
    return _put(plane, structure, grown & ((plane == 0) | mask))


def _smaller(plane: np.ndarray, structure: Structure, mm: float) -> np.ndarray:
    mask = ndimage.binary_erosion(plane == LABEL_OF[structure], iterations=round(RIM_MM / mm))
    return _put(plane, structure, mask)


def _exchanged(other: Callable[[Structure], Structure]) -> Spoil:
    def spoil(plane: np.ndarray, structure: Structure, _: float) -> np.ndarray:
        mine, theirs = (plane == LABEL_OF[one] for one in (structure, other(structure)))
        plane[mine], plane[theirs] = LABEL_OF[other(structure)], LABEL_OF[structure]
        return plane

    return spoil


def _erector(structure: Structure) -> Structure:
    return Structure(Muscle.ERECTOR_SPINAE, structure.side)


def _inner_half_of_erector(plane: np.ndarray, structure: Structure, _: float) -> np.ndarray:
    mask = plane == LABEL_OF[_erector(structure)]
    x = np.indices(plane.shape)[0]
    middle = np.median(x[mask])
    inner = x < middle if structure.side is Side.RIGHT else x > middle
    plane[mask & inner] = LABEL_OF[structure]
    return plane


def _all_of_erector(plane: np.ndarray, structure: Structure, _: float) -> np.ndarray:
    plane[plane == LABEL_OF[_erector(structure)]] = LABEL_OF[structure]
    return plane


SPOILT: dict[str, Spoil] = {
    "10 mm to the side": _moved(1, 0),
    "10 mm to the midline": _moved(-1, 0),
    "10 mm deeper": _moved(0, 1),
    "10 mm towards the skin": _moved(0, -1),
    "spilt 10 mm over the midline": _spilt(-1, 0),
    "spilt 10 mm deeper, over bone": _spilt(0, 1),
    "spilt 10 mm into the fat under the skin": _spilt(0, -1),
    "spilt into the inner half of the erector spinae": _inner_half_of_erector,
    "with all of the erector spinae": _all_of_erector,
    "5 mm larger all round": _larger,
    "5 mm smaller all round": _smaller,
    "exchanged with its twin": _exchanged(lambda structure: structure.mirrored),
    "exchanged with the erector spinae": _exchanged(_erector),
}
"""One side spoilt, the other as the reader drew it."""


if __name__ == "__main__":
    main()
