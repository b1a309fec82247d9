"""Pairs of image and label map out of a user's own download, ready to train on."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from skimage.io import imsave

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.atomic import whole_folder
from multifidus.files.picture import read_picture
from multifidus.files.tables import write_cells
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.muscles import segment_muscles
from multifidus.training.cases import OPEN_SLICE_PIXEL_MM, OPEN_SLICE_VALUES
from multifidus.training.download import images_below, label_maps_below, values_as_shared
from multifidus.training.pairing import Certainty, Pair, paired

COLUMNS = ("patient", "image", "label", "source_label", "agreement", "margin", "spacing_mm")
"""Of `pairs.csv`, which lists the sure pairs; `unsure.csv` has the others."""

SOURCE = "source.txt"
"""Beside `pairs.csv`: the folder that the pairs were made from."""

Tell = Callable[[str], None]


def write_own_pairs(data: Path, bundle: Bundle, target: Path, tell: Tell) -> None:
    """Pair what lies below `data` and write the sure pairs as `mri_axial_t1_open` has them.

    target: a folder, which appears whole or not at all: pairs.csv, images/, labels/, unsure.csv,
    source.txt.
    tell: called with lines on how sure the pairs are. Raises InputError where images or label maps
    are missing or unreadable, or where no pair is sure.
    """
    images, maps = images_below(data), label_maps_below(data)
    tell(f"{len(images)} T1 slices at L4/5 and {len(maps)} label maps below {data}")
    outlines = outlines_of(images, bundle, tell)
    if not outlines:
        raise InputError(
            f"no readable T1 image below {data}; the lines before say why each was left out"
        )
    pairs = paired(outlines, maps)
    tell(told_by_certainty(pairs))
    sure = [pair for pair in pairs if pair.certainty is Certainty.SURE]
    if not sure:
        raise InputError(f"{data}: no label map surely belongs to an image; are they of one set?")
    with whole_folder(target, last="pairs.csv") as folder:
        for name in ("images", "labels"):
            (folder / name).mkdir()
        for pair in sure:
            name = _name(pair)
            shutil.copyfile(images[pair.image], folder / "images" / f"{name}.png")
            shown = values_as_shared(maps[pair.label_map], OPEN_SLICE_VALUES)
            imsave(folder / "labels" / f"{name}_label.png", shown, check_contrast=False)
        (folder / SOURCE).write_text(f"{data.resolve()}\n", encoding="utf-8")
        _write_table(folder / "pairs.csv", sure)
        _write_table(folder / "unsure.csv", [pair for pair in pairs if pair not in sure])


def require_same_source(target: Path, data: Path) -> None:
    """Raise UsageError where the pairs in `target` were not made from what lies below `data`."""
    kept = target / SOURCE
    source = (
        kept.read_text(encoding="utf-8").rstrip("\n") if kept.is_file() else "an unknown folder"
    )
    if source != str(data.resolve()):
        raise UsageError(
            f"{target / 'pairs.csv'}: pairs of {source}, not of {data}; delete {target} to pair "
            "anew, or name another folder under 'runs'"
        )


def outlines_of(images: dict[str, Path], bundle: Bundle, tell: Tell) -> dict[str, np.ndarray]:
    """The bundle's outlines of each picture, (X, Y); a picture without multifidus has none."""
    outlines = {}
    for patient, path in images.items():
        try:
            drawn = segment_muscles(bundle, [read_picture(path, OPEN_SLICE_PIXEL_MM)], False)
        except InputError as error:
            tell(f"{path}: left out: {error}")
            continue
        outlines[patient] = drawn.labels.voxels[..., 0]
    return outlines


def told_by_certainty(pairs: Sequence[Pair]) -> str:
    """How many pairs are sure, alike and poor, in a line."""
    count = {kind: sum(pair.certainty is kind for pair in pairs) for kind in Certainty}
    return (
        f"{count[Certainty.SURE]} pairs are sure; left out: {count[Certainty.ALIKE]} where another "
        f"map or image agrees nearly as well, {count[Certainty.POOR]} where none agrees"
    )


def _name(pair: Pair) -> str:
    return f"T1_{pair.image}_D4"


def _write_table(path: Path, pairs: Sequence[Pair]) -> None:
    rows = []
    for pair in sorted(pairs, key=lambda pair: pair.image):
        files = (f"{_name(pair)}.png", f"{_name(pair)}_label.png")
        numbers = (f"{pair.agreement:.4f}", f"{pair.margin:.4f}", OPEN_SLICE_PIXEL_MM)
        rows.append((pair.image, *files, pair.label_map, *numbers))
    write_cells(COLUMNS, rows, path)
