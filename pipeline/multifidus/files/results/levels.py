"""Labelled vertebrae and their discs as JSON, beside the level label map that they belong to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, SpinalLevel
from multifidus.domain.spine import Disc, Discs, Endplate, LabelledVertebrae
from multifidus.files.atomic import write_json
from multifidus.files.nifti import stem_of

SCHEMA = "multifidus levels 1"
AXES = "patient mm, RAS+ (right, anterior, superior); normals are unit vectors towards the head"
DECIMALS_MM = 3
DECIMALS_UNIT = 6


@dataclass(frozen=True)
class Labeller:
    """The network that labelled the vertebrae. weights_sha256: of the weights file `weights`."""

    name: str
    version: str
    weights: str
    weights_sha256: str


def levels_file_of(labels: Path) -> Path:
    """Where the discs of a level label map are written: the same name with the ending .json."""
    return labels.with_name(f"{stem_of(labels)}.json")


def write_levels_file(
    vertebrae: LabelledVertebrae, discs: Discs, labeller: Labeller, path: Path
) -> None:
    """Write what a level label map tells of the spine; the same labels give the same bytes."""
    write_json(levels_content(vertebrae, discs, labeller), path)


def levels_content(
    vertebrae: LabelledVertebrae, discs: Discs, labeller: Labeller
) -> dict[str, Any]:
    """The content of the file; `docs/levels.md` describes it."""
    in_map = set(np.unique(vertebrae.labels.voxels).tolist())
    values = {
        vertebra.value: value for vertebra, value in VERTEBRA_LABEL_OF.items() if value in in_map
    }
    return {
        "schema": SCHEMA,
        "axes": AXES,
        "label_values": values,
        "doubts": list(vertebrae.doubts),
        "discs": {
            level.value: _disc(discs.found[level]) for level in SpinalLevel if level in discs.found
        },
        "no_disc": {
            level.value: discs.reasons[level] for level in SpinalLevel if level in discs.reasons
        },
        "bundle": {
            "name": labeller.name,
            "version": labeller.version,
            "weights": labeller.weights,
            "weights_sha256": labeller.weights_sha256,
        },
    }


def _disc(disc: Disc) -> dict[str, Any]:
    return {
        "centre_mm": rounded(disc.centre_mm, DECIMALS_MM),
        "normal": rounded(disc.normal, DECIMALS_UNIT),
        "height_mm": round(disc.height_mm, DECIMALS_MM),
        "upper_endplate": _endplate(disc.upper),
        "lower_endplate": _endplate(disc.lower),
    }


def _endplate(end: Endplate) -> dict[str, list[float]]:
    return {
        "centre_mm": rounded(end.centre_mm, DECIMALS_MM),
        "normal": rounded(end.normal, DECIMALS_UNIT),
    }


def rounded(vector: np.ndarray, decimals: int) -> list[float]:
    """The parts of a vector, rounded for a file."""
    return [round(float(number), decimals) for number in vector]
