"""The list of slices that a bundle's weights were taught on, beside its other configuration."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from multifidus.domain.errors import InputError
from multifidus.domain.seen import Seen, SeenKind
from multifidus.files.csv import Layout, read_csv
from multifidus.files.results.case import write_rows

SEEN_FILE = Path("configs") / "training_images.csv"
COLUMNS = {
    "person": "pseudonym in the training data",
    "kind": "image (of one slice), or outlines (of one slice)",
    "pixels": "SHA-256 of the content, 32 hexadecimal digits; the same turned, mirrored, rescaled",
    "look": "coarse pattern of an image, 64 hexadecimal digits",
    "weights": "the weights files that were taught on it, with a space between",
}
"""Columns of the list and what they hold."""

LIST = Layout("list of training images", tuple(COLUMNS))


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
        for one in dict.fromkeys(seen[name]):
            weights.setdefault(one, []).append(name)
    order = sorted(weights, key=lambda one: (one.kind, one.person, one.pixels, one.look))
    rows = [
        {
            "person": one.person,
            "kind": one.kind.value,
            "pixels": one.pixels,
            "look": one.look,
            "weights": " ".join(weights[one]),
        }
        for one in order
    ]
    write_rows(rows, bundle / SEEN_FILE, COLUMNS)
