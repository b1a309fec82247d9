"""Readers' and found outlines side by side, before and after, for people to look at.

`python -m benchmarks.outline_pictures --before models/OLD --after models/NEW` outlines the slices
of `--table` (as `multifidus evaluate` reads it; without it the 83 of mri_axial_t2_dev in
`../shared/data`) with two bundles and writes to `--out`, a folder outside the project: `--slices`
pictures, the `--worst` first and the others drawn at random, each alone and on sheets;
`dice_per_slice.csv`; and `dice_per_slice.png`, the only one that may be committed, for it holds
numbers alone. `--before` and `--after` may also be an `evaluation.csv` of `multifidus evaluate`;
then there are no pictures. Names of bundles are those of `models/` or folders.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from benchmarks.axial_t2 import cases
from benchmarks.dice_per_slice import (
    Reading,
    Slice,
    dice_plot,
    mean_dice,
    reading_in,
    reading_of,
    summary,
    worst_first,
    write_numbers,
)
from multifidus.domain.agreement import ComparedSlice
from multifidus.domain.errors import MultifidusError, UsageError
from multifidus.domain.labelled import LabelledImage
from multifidus.files.labelled_images import read_table
from multifidus.files.paths import ROOT, bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.report.pictures.agreement import FOUND_COLOUR, READER_COLOUR
from multifidus.report.pictures.axial import bright, draw_border, label_window, png_bytes
from multifidus.segmentation.bundle import open_bundle
from multifidus.study.compared import compare_image

DEV = Path("../shared/data/mri_axial_t2_dev")
ACROSS = 2
"""Pictures beside each other on a sheet."""
PER_SHEET = 10


def main(words: Sequence[str]) -> None:
    """Compare, draw, write."""
    asked = arguments(words)
    out = outside_the_project(asked.out)
    given = (asked.before, asked.after)
    images = [] if all(map(is_table, given)) else labelled(asked.table)
    before, after = (reading(one, images) for one in given)
    order = worst_first(before, after)
    out.mkdir(parents=True, exist_ok=True)
    write_numbers(out / "dice_per_slice.csv", before, after)
    (out / "dice_per_slice.png").write_bytes(dice_plot(before, after, asked.worst))
    if before.compared and after.compared:
        write_pictures(out, before, after, chosen(order, asked.worst, asked.slices))
    print(summary(before, after))
    print(f"written to {out}")


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--after", type=Path, required=True)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--slices", type=int, default=20)
    parser.add_argument("--worst", type=int, default=10)
    parser.add_argument("--out", type=Path, default=Path("/tmp/outline_pictures"))
    return parser.parse_args(words)


def outside_the_project(folder: Path) -> Path:
    """The folder; UsageError for one in the project: pictures of people are never committed."""
    if folder.resolve().is_relative_to(ROOT.resolve()):
        raise UsageError(f"{folder}: pictures show people; choose a folder outside {ROOT}")
    return folder


def is_table(given: Path) -> bool:
    """Whether it is an evaluation's table and no bundle."""
    return given.suffix == ".csv"


def labelled(table: Path | None) -> list[LabelledImage]:
    """The images of the table, or of the development set."""
    return cases(DEV) if table is None else [row.read() for row in read_table(table)]


def reading(given: Path, images: Sequence[LabelledImage]) -> Reading:
    """What the bundle makes of the images, or what an evaluation's table says of it."""
    if is_table(given):
        return reading_in(given)
    bundle = open_bundle(bundle_folder(str(given)), "model.pt")
    twin = read_settings().segmentation.mirrored_twin
    slices = [one for image in images for one in compare_image(bundle, image, twin)]
    return reading_of(f"{bundle.name} {bundle.version}", slices)


def chosen(order: Sequence[Slice], worst: int, slices: int) -> list[Slice]:
    """The worst, and others drawn at random until there are as many as asked for."""
    rest = order[worst:]
    count = min(max(0, slices - worst), len(rest))
    drawn = np.random.default_rng(0).permutation(len(rest))[:count]
    return [*order[:worst], *(rest[place] for place in sorted(drawn))]


def write_pictures(out: Path, before: Reading, after: Reading, shown: Sequence[Slice]) -> None:
    """A picture per slice, and sheets of them."""
    pictures = []
    for rank, one in enumerate(shown, start=1):
        picture = both_readings(before, after, one)
        (out / f"slice_{rank:02d}.png").write_bytes(picture)
        pictures.append(Image.open(io.BytesIO(picture)).convert("RGB"))
    for first in range(0, len(pictures), PER_SHEET):
        page = sheet(pictures[first : first + PER_SHEET])
        page.save(out / f"sheet_{first // PER_SHEET + 1}.png")


def both_readings(before: Reading, after: Reading, one: Slice) -> bytes:
    """The slice twice, with the reader's outlines and those found before and after."""
    shown = [reading.compared[one] for reading in (before, after)]
    window = window_of(shown)
    figure = Figure((9.2, 3.4), dpi=110, facecolor="black", layout="constrained")
    for axes, reading, compared in zip(figure.subplots(1, 2), (before, after), shown, strict=True):
        draw(axes, compared, window)
        title = f"{reading.name}: MF Dice {mean_dice(compared):.2f}"
        axes.set_title(title, color="white", fontsize=9, parse_math=False)
    heading = f"{one.subject}, slice {one.index}. Yellow: reader; blue: found. Right on the left."
    figure.suptitle(heading, color="white", fontsize=8, parse_math=False)
    return png_bytes(figure)


def window_of(shown: Sequence[ComparedSlice]) -> tuple[int, int, int, int]:
    """One window (x0, x1, y0, y1) round everything outlined, so that both look alike."""
    masks = [
        np.isin(labels.voxels[..., compared.slice_index], compared.values)
        for compared in shown
        for labels in (compared.reader, compared.found)
    ]
    x_mm, y_mm, _ = shown[0].image.geometry.spacing_mm
    return label_window(np.any(masks, axis=0), x_mm, y_mm)


def draw(axes: Axes, compared: ComparedSlice, window: tuple[int, int, int, int]) -> None:
    """The slice with the reader's and the found outlines."""
    x0, x1, y0, y1 = window
    x_mm, y_mm, _ = compared.image.geometry.spacing_mm
    extent = (0, (x1 - x0) * x_mm, 0, (y1 - y0) * y_mm)
    grey = compared.image.voxels[..., compared.slice_index]
    shown = grey[x0:x1, y0:y1][::-1].T
    axes.imshow(shown, cmap="gray", origin="lower", extent=extent, vmax=bright(grey))
    for labels, colour in ((compared.reader, READER_COLOUR), (compared.found, FOUND_COLOUR)):
        plane = labels.voxels[x0:x1, y0:y1, compared.slice_index]
        for value in compared.values:
            if (plane == value).any():
                draw_border(axes, (plane == value)[::-1].T, colour, extent)
    axes.axis("off")


def sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures in rows of two, each of the first one's size."""
    width, height = pictures[0].size
    page = Image.new("RGB", (ACROSS * width, -(-len(pictures) // ACROSS) * height))
    for place, picture in enumerate(pictures):
        at = (place % ACROSS * width, place // ACROSS * height)
        page.paste(picture.resize((width, height)), at)
    return page


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except MultifidusError as error:
        sys.exit(str(error))
