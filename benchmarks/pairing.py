"""How surely images and label maps of a user's own download are paired, against `pairs.csv`.

`python -m benchmarks.pairing [DATA] [BUNDLE] [--every N]` pairs the D4 images of
`mri_axial_t1_open` with the T1 label maps of `muscle_shapes_l4l5` as the command
`multifidus train params/training/sudirman.yml --data DIR` does, and counts by certainty how many
pairs are those of `pairs.csv`. Patients of the tenths 0 and 1, who tell a bundle's figures, are no
candidates; their maps are, so that some maps have no image.
A bundle that was taught these outlines agrees with them more than one that was not.
"""

import csv
import sys
from collections import Counter
from pathlib import Path

from multifidus.files.paths import MODELS, PARAMS
from multifidus.segmentation.bundle import open_bundle
from multifidus.training.bundle import DEFAULT_WEIGHTS
from multifidus.training.download import images_below, label_maps_below
from multifidus.training.groups import read_groups
from multifidus.training.own_pairs import outlines_of
from multifidus.training.pairing import Certainty, Pair, paired
from multifidus.training.sudirman import person_of

TESTED = ("tenth-0", "tenth-1")


def true_map_of(data: Path) -> dict[str, str]:
    """Each patient's label map by `pairs.csv`, such as 00414."""
    with (data / "mri_axial_t1_open" / "pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["patient"]: Path(row["source_label_T1"]).stem.rpartition("_")[2] for row in rows}


def verdict(pair: Pair, truth: dict[str, str]) -> str:
    """Right or wrong by `pairs.csv`; unknown where it names neither the patient nor the map."""
    if truth.get(pair.image) == pair.label_map:
        return "right"
    known = pair.image in truth or pair.label_map in truth.values()
    return "wrong" if known else "unknown"


def main(data: Path, bundle: Path, every: int) -> None:
    """Print the counts by certainty, and each sure pair that is wrong."""
    groups = read_groups(PARAMS / "training" / "sudirman_tenths.csv")
    tested = {person for name in TESTED for person in groups[name]}
    images = images_below(data / "mri_axial_t1_open" / "images")
    tried = {p: path for p, path in images.items() if person_of(p) not in tested}
    tried = dict(list(tried.items())[::every])
    maps = label_maps_below(data / "muscle_shapes_l4l5")
    truth = true_map_of(data)
    with_a_map = sum(patient in truth for patient in tried)
    print(f"{len(tried)} images ({with_a_map} in pairs.csv), {len(maps)} label maps, {bundle.name}")
    pairs = paired(outlines_of(tried, open_bundle(bundle, DEFAULT_WEIGHTS), print), maps)
    for certainty in Certainty:
        of_kind = [pair for pair in pairs if pair.certainty is certainty]
        counts = Counter(verdict(pair, truth) for pair in of_kind)
        said = ", ".join(f"{counts[word]} {word}" for word in ("right", "wrong", "unknown"))
        print(f"{certainty}: {len(of_kind)} pairs: {said}")
    for pair in pairs:
        if pair.certainty is Certainty.SURE and verdict(pair, truth) != "right":
            print(f"  {pair.image} with {pair.label_map}: {pair.agreement:.3f}, {pair.margin:.3f}")


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--every"]
    step = int(words.pop()) if "--every" in sys.argv else 1
    folder = Path(words[0]) if words else Path("../shared/data")
    main(folder, Path(words[1]) if len(words) > 1 else MODELS / "mf_es_t1_t2", step)
