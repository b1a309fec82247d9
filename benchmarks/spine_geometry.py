"""How steep discs lie against straight axial slices, and how large vertebral bodies are.

`python -m benchmarks.spine_geometry [../shared/data]` prints the angles between L4/5, L5/S1 and a
slice square to the scanner's long axis, over the people of `sagittal_levels` whose S1 the project
marked (`params/training/s1_corners.csv`), and the areas of the bodies of the two people of
`mri_dixon`. An angle above 0 opens to the front, as in a lordosis.
"""

import sys
from pathlib import Path

import numpy as np
from skimage.draw import polygon2mask

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, SpinalLevel, Vertebra
from multifidus.domain.spine import BodyArea
from multifidus.domain.volume import LabelMap
from multifidus.files.nifti import read_labels
from multifidus.spine.areas import body_areas
from multifidus.spine.bodies import find_bodies
from multifidus.spine.discs import discs_between
from multifidus.training.sagittal import SACRUM_REACH_MM, Sacrum, read_sacra
from multifidus.training.settings import read_training_settings

LEVELS = (SpinalLevel.L4_L5, SpinalLevel.L5_S1)
PEOPLE = ("sub-TUM01", "sub-TUM02")


def main() -> None:
    """Print both tables."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    angles: dict[SpinalLevel, list[float]] = {level: [] for level in LEVELS}
    settings = read_training_settings(Path("params/training/vertebrae_sagittal.yml"))
    for person, sacrum in read_sacra(Path("params/training/s1_corners.csv")).items():
        if person in settings.same_images or person.startswith("spider-"):
            continue  # images that stand there under another number too; people with degeneration
        origin, name = person.split("-", 1)
        labels = read_labels(data / "sagittal_levels" / origin / f"{name}_levels.nii.gz")
        found = discs_between(find_bodies(with_sacrum(labels, sacrum))).found
        for level in LEVELS:
            if level in found:
                angles[level].append(lordotic_deg(found[level].normal))
    print("| disc | people | least | median | most, degrees |\n|---|---:|---:|---:|---:|")
    for level, of in angles.items():
        print(f"| {level} | {len(of)} | {min(of):.1f} | {np.median(of):.1f} | {max(of):.1f} |")
    print("\n| person | body | area mm2 | sagittal slices |\n|---|---|---:|---:|")
    for name in PEOPLE:
        labels = read_labels(data / "mri_dixon" / f"{name}_sagittal_levels.nii.gz")
        for vertebra, area in body_areas(labels, find_bodies(labels)).items():
            if isinstance(area, BodyArea):
                print(f"| {name} | {vertebra} | {area.area_mm2:.0f} | {area.slices} |")


def with_sacrum(labels: LabelMap, sacrum: Sacrum) -> LabelMap:
    """The level map with S1's body drawn in on the slices around the one it was marked on."""
    voxels = labels.voxels.copy()
    body = polygon2mask(voxels.shape[1:], sacrum.corners)
    reach = int(SACRUM_REACH_MM // labels.geometry.spacing_mm[0])
    for x in range(sacrum.slice_index - reach, sacrum.slice_index + reach + 1):
        voxels[x][body & (voxels[x] == 0)] = VERTEBRA_LABEL_OF[Vertebra.S1]
    return LabelMap(voxels, labels.geometry)


def lordotic_deg(normal: np.ndarray) -> float:
    """Angle of a disc's plane against the scanner's axial plane, seen from the side."""
    return float(np.degrees(np.arctan2(normal[1], normal[2])))


if __name__ == "__main__":
    main()
