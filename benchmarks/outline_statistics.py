"""How large and how even real outlines of the multifidus are.

`python -m benchmarks.outline_statistics` reads the readers' outlines of `../shared/data` (826 label
maps at L4/5, two people from L2 to L5) and prints what the plausibility limits of
`params/study.yml` are set against.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np

from multifidus.domain.masks import dice
from multifidus.training.cases import LEFT_MF, RIGHT_MF, dixon_slices
from multifidus.training.shapes import OUTLINE_PIXEL_MM, read_outlines

DATA = Path("../shared/data")
SIDES = (RIGHT_MF, LEFT_MF)


def main() -> None:
    """Print range and percentiles of area, side ratio and overlap between neighbouring slices."""
    outlines = list(read_outlines(DATA / "muscle_shapes_l4l5"))
    areas = [[(o == side).sum() * OUTLINE_PIXEL_MM**2 for side in SIDES] for o in outlines]
    show("area at L4/5, mm2", np.ravel(areas))
    show("smaller over larger side at L4/5", np.min(areas, axis=1) / np.max(areas, axis=1))
    pairs = [np.argwhere(np.isin(o, SIDES)) for o in outlines]
    for axis, way in enumerate(("to the right", "to the front")):
        extents = np.array([np.ptp(pair[:, axis]) * OUTLINE_PIXEL_MM for pair in pairs])
        show(f"extent of both sides {way}, mm", extents)
    people = dixon_slices(DATA / "mri_dixon")
    both = [[(p.labels == side).sum() * np.prod(p.pixel_mm) for side in SIDES] for p in people]
    show("area L2 to L5, mm2", np.ravel(both))
    show("smaller over larger side, L2 to L5", np.min(both, axis=1) / np.max(both, axis=1))
    overlap = [
        dice(one.labels == side, two.labels == side)
        for one, two in pairwise(people)
        if one.subject == two.subject
        for side in SIDES
    ]
    show("Dice of neighbouring slices 4 mm apart", np.array(overlap))


def show(name: str, values: np.ndarray) -> None:
    """One line: how many, smallest, 1st, 50th, 99th percentile, largest."""
    found = np.percentile(values, (0, 1, 50, 99, 100))
    print(f"{name}: n={len(values)} " + " ".join(f"{value:.3g}" for value in found))


if __name__ == "__main__":
    main()
