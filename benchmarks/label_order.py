"""How clearly real outlines keep the order that `domain/muscle_order.py` asks of labels.

`python -m benchmarks.label_order [../shared/data]` prints, over the readers' labels of
mri_axial_t2_dev and mri_axial_t1_open, by how many millimetres the centres keep that order, and how
much of a label lies outside the outline of the body.
"""

import sys
from pathlib import Path

import numpy as np

from benchmarks.limits_of_agreement import t1_slices, t2_slices
from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.body_outline import body_outline
from multifidus.domain.muscle_order import beside_share, order_faults


def main() -> None:
    """Measure and print."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    for name, slices in (("T2, 83 people", t2_slices(data)), ("T1, 352 people", t1_slices(data))):
        margins: dict[str, list[float]] = {}
        outside, faults, borders, depths, from_midline = 0.0, 0, [], [], []
        for image, read in slices:
            plane, labels = image.voxels[..., 0], read.voxels[..., 0]
            mm = read.geometry.spacing_mm[0]
            for what, margin in margins_mm(labels, mm).items():
                margins.setdefault(what, []).append(margin)
            muscle = labels > 0
            outside = max(outside, float((muscle & ~body_outline(plane)).sum() / muscle.sum()))
            faults += bool(order_faults(read))
            borders.append(shared_borders(labels, mm))
            depths.append(depth_share(plane, labels))
            from_midline.append(half_distances_mm(labels, mm))
        pairs, neighbours = zip(*borders, strict=True)
        print(f"\n{name}: {faults} slices out of order, most outside the body {outside:.1%}")
        print(f"border that multifidi share: at most {max(pairs):.2f}", end="; ")
        print(f"multifidus and erector spinae of one side: at least {min(neighbours):.2f}")
        inner, outer = zip(*from_midline, strict=True)
        print(f"multifidus from the midline: at most {max(inner):.1f} mm", end="; ")
        print(f"erector spinae: at least {min(outer):.1f} mm")
        print(f"multifidus behind {max(depths):.2f} of the body's depth")
        print("| centre of | slices | least mm | median mm |\n| --- | ---: | ---: | ---: |")
        for what, found in margins.items():
            print(f"| {what} | {len(found)} | {min(found):.1f} | {np.median(found):.1f} |")


def shared_borders(labels: np.ndarray, mm: float) -> tuple[float, float]:
    """Share of a border beside the other multifidus (the larger), beside the erector (the less)."""
    masks = {one: labels == value for one, value in LABEL_OF.items()}

    def beside(one: Structure, other: Structure) -> float:
        pairs = ((one, other), (other, one))
        return max(beside_share(masks[a], masks[b], (mm, mm)) for a, b in pairs)

    pair = [Structure(Muscle.MULTIFIDUS, side) for side in Side]
    erectors = [Structure(Muscle.ERECTOR_SPINAE, side) for side in Side]
    return beside(*pair), min(beside(m, e) for m, e in zip(pair, erectors, strict=True))


def half_distances_mm(labels: np.ndarray, mm: float) -> tuple[float, float]:
    """Half the distance between right and left, to the side: multifidus, erector spinae."""

    def half(muscle: Muscle) -> float:
        right, left = (
            np.nonzero(labels == LABEL_OF[Structure(muscle, side)])[0].mean() for side in Side
        )
        return float(abs(right - left) / 2 * mm)

    return half(Muscle.MULTIFIDUS), half(Muscle.ERECTOR_SPINAE)


def depth_share(plane: np.ndarray, labels: np.ndarray) -> float:
    """Where the multifidus' centre lies between the body's back (0) and front (1)."""
    rows = np.flatnonzero(body_outline(plane).any(axis=0))
    values = [LABEL_OF[Structure(Muscle.MULTIFIDUS, side)] for side in Side]
    return float((np.nonzero(np.isin(labels, values))[1].mean() - rows[0]) / len(rows))


def margins_mm(labels: np.ndarray, mm: float) -> dict[str, float]:
    """By how much the centres keep each order, the lesser of both sides."""
    centres = {
        one: np.argwhere(labels == value).mean(axis=0) * mm
        for one, value in LABEL_OF.items()
        if (labels == value).any()
    }

    def centre(muscle: Muscle, side: Side) -> np.ndarray:
        return centres[Structure(muscle, side)]

    inner = [centre(Muscle.MULTIFIDUS, side) for side in Side]
    outer = [centre(Muscle.ERECTOR_SPINAE, side) for side in Side]
    found = {
        "multifidus from the midline": (inner[0][0] - inner[1][0]) / 2,
        "erector spinae lateral of multifidus": min(
            outer[0][0] - inner[0][0], inner[1][0] - outer[1][0]
        ),
    }
    if Structure(Muscle.PSOAS, Side.RIGHT) in centres:
        front = [centre(Muscle.PSOAS, side)[1] for side in Side]
        behind = [max(i[1], o[1]) for i, o in zip(inner, outer, strict=True)]
        found["psoas in front of both"] = min(f - b for f, b in zip(front, behind, strict=True))
    return found


if __name__ == "__main__":
    main()
