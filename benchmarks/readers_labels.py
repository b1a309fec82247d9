"""The readers' own labels of 83 clinical T2 slices, measured: areas and fat that come out.

`python -m benchmarks.readers_labels [../shared/data]` prints how many multifidus areas and how many
slices with fat on both sides come out, and why not where one does not. Much of the muscle in these
pictures is black.
"""

import sys
from pathlib import Path

from benchmarks.axial_t2 import cases
from multifidus.domain.anatomy import Muscle
from multifidus.domain.labelled import LabelledImage
from multifidus.domain.study import SeriesRole
from multifidus.files.yaml import read_settings
from multifidus.muscle.measure import SliceView, assessed_sections
from multifidus.study.contrasts import with_signal_fat
from multifidus.study.images import AxialImages


def main() -> None:
    """Measure and print."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    areas, with_fat, slices = 0, 0, cases(data / "mri_axial_t2_dev")
    for case in slices:
        found, told, why = measured(case)
        areas += found
        with_fat += told == 2
        if found < 2 or told < 2:
            print(f"{case.subject}: {found} areas, fat of {told}; {why}")
    print(f"{areas} of {2 * len(slices)} areas; fat of both sides on {with_fat} of {len(slices)}")


def measured(case: LabelledImage) -> tuple[int, int, str]:
    """Multifidus areas and fat fractions that come out of one slice, and why not."""
    names = (SeriesRole.AXIAL_T2.value,)
    axial = AxialImages(case.images, names, None, "", "")
    axial = with_signal_fat(axial, case.labels, read_settings().fat)
    view = SliceView(axial.fat, axial.mr_signal(0))
    sections, missing = assessed_sections(case.labels, 0, view)
    multifidus = [section for section in sections if section.muscle is Muscle.MULTIFIDUS]
    reasons = [axial.no_fat_reason, *(one.reason for _, one in missing)]
    told = sum(bool(one.fat) for one in multifidus)
    return len(multifidus), told, "; ".join(reason for reason in reasons if reason)


if __name__ == "__main__":
    main()
