"""The list of slices that a bundle's weights were taught on, beside its other configuration."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from multifidus.domain.errors import InputError
from multifidus.domain.seen import Seen, SeenKind
from multifidus.files.csv import Layout, read_csv
from multifidus.files.tables import TEXT, Column, Table

SEEN_FILE = Path("configs") / "training_images.csv"


class _Listed(NamedTuple):
    """A slice and the weights files that were taught on it."""

    seen: Seen
    weights: list[str]


TRAINING_IMAGES = Table(SEEN_FILE.as_posix(), _Listed, (
    Column("person", TEXT, "", "pseudonym in the training data", lambda row: row.seen.person),
    Column("kind", TEXT, "", "image (of one slice), or outlines (of one slice)",
           lambda row: row.seen.kind),
    Column("pixels", TEXT, "",
           "SHA-256 of the content, 32 hexadecimal digits; the same turned, mirrored, rescaled",
           lambda row: row.seen.pixels),
    Column("look", TEXT, "", "coarse pattern of an image, 64 hexadecimal digits",
           lambda row: row.seen.look),
    Column("weights", TEXT, "", "the weights files that were taught on it, with a space between",
           lambda row: " ".join(row.weights)),
))  # fmt: skip
"""The list, one row per slice."""

LIST = Layout("list of training images", TRAINING_IMAGES.names)


def read_seen(bundle: Path, weights: str) -> list[Seen] | None:
    """What those weights of a bundle were taught on, None where the bundle does not tell.

    Raises InputError for a list that cannot be read.
    """
    listed = read_all_seen(bundle)
    return None if listed is None else listed.get(weights)


def read_all_seen(bundle: Path) -> dict[str, list[Seen]] | None:
    """By weights file what it was taught on, None for a bundle that does not tell."""
    path = bundle / SEEN_FILE
    if not path.is_file():
        return None
    found: dict[str, list[Seen]] = {}
    for row in read_csv(path, LIST):
        cells = row.cells
        try:
            seen = Seen(cells["person"], SeenKind(cells["kind"]), cells["pixels"], cells["look"])
            bytes.fromhex(seen.look)
        except ValueError as error:
            raise InputError(f"{row.where}: not of a list of training images ({error})") from error
        for name in cells["weights"].split(" "):
            found.setdefault(name, []).append(seen)
    return found


def write_all_seen(seen: Mapping[str, Iterable[Seen]], bundle: Path) -> None:
    """Write the list; each slice once, with the weights that saw it."""
    weights: dict[Seen, list[str]] = {}
    for name in sorted(seen):
        for image in dict.fromkeys(seen[name]):
            weights.setdefault(image, []).append(name)
    order = sorted(weights, key=lambda image: (image.kind, image.person, image.pixels, image.look))
    TRAINING_IMAGES.write((_Listed(image, weights[image]) for image in order), bundle)
