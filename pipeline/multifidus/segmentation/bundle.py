"""A MONAI bundle, opened and checked."""

import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.border import RoiDefinition
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.volume import Plane
from multifidus.segmentation.confidence import AS_IT_IS, ConfidenceModel, read_confidence
from multifidus.segmentation.runtime import EXPORTED, Runtime, runtime_of

LIMITS_FILE = "configs/limits_of_agreement.json"
"""Written by `python -m benchmarks.limits_of_agreement --write`."""


@dataclass(frozen=True)
class MeasuredLimits:
    """What the file holds. weights_sha256: of the file that was run. source: the command."""

    weights_sha256: str
    source: str
    limits: tuple[AreaLimits, ...]


@dataclass(frozen=True, eq=False)
class Bundle:
    """A network ready to run, and how its input must look.

    plane: the slices it was taught on. pixel_mm: their in-plane spacing. intensity_percentiles:
    of the whole volume, brought to 0 and 1. roi_definition: the border that its training outlines
    follow. class_weights: by which probabilities are multiplied before the largest wins.
    weights: the file that was loaded, the exported network where there is one; weights_sha256: of
    that file. area_limits: how far its areas lie from readers', empty where nobody measured it for
    these very weights.
    """

    name: str
    weights: str
    weights_sha256: str
    version: str
    training_note: str
    roi_definition: RoiDefinition
    plane: Plane
    pixel_mm: float
    intensity_percentiles: tuple[float, float]
    class_count: int
    class_weights: tuple[float, ...]
    run: Runtime = field(repr=False)
    area_limits: tuple[AreaLimits, ...] = ()
    confidence: ConfidenceModel = AS_IT_IS


def open_bundle(folder: Path, weights: str) -> Bundle:
    """Load the bundle's network with one of its weights files, once per process.

    weights: such as `model.pt`; `model.onnx` beside it is run in its place. Raises UsageError for
    weights that the bundle does not list, InputError for a file whose SHA-256 is not the one in
    `metadata.json`.
    """
    metadata = json.loads((folder / "configs" / "metadata.json").read_text(encoding="utf-8"))
    known = metadata["weights_sha256"]
    if weights not in known:
        listed = ", ".join(sorted(known))
        raise UsageError(f"bundle {folder.name} has no weights '{weights}'; it has: {listed}")
    exported = str(Path(weights).with_suffix(EXPORTED))
    loaded = exported if exported in known else weights
    weights_content(folder, loaded, known[loaded])
    inference = json.loads((folder / "configs" / "inference.json").read_text(encoding="utf-8"))
    low, high = inference["intensity_percentiles"]
    classes = int(inference["network_def"]["out_channels"])
    return Bundle(
        name=folder.name,
        weights=loaded,
        weights_sha256=known[loaded],
        version=str(metadata["version"]),
        training_note=str(metadata["weights_note"][str(Path(weights).with_suffix(".pt"))]),
        roi_definition=metadata.get("roi_definition", "muscle_boundary"),
        plane=Plane(inference["plane"]),
        pixel_mm=float(inference["pixel_mm"]),
        intensity_percentiles=(float(low), float(high)),
        class_count=classes,
        class_weights=tuple(map(float, inference.get("class_weights", [1.0] * classes))),
        run=_runtime(folder.resolve(), loaded, known[loaded]),
        area_limits=read_area_limits(folder, known[loaded]),
        confidence=read_confidence(folder, known[loaded]),
    )


def read_area_limits(folder: Path, weights_sha256: str) -> tuple[AreaLimits, ...]:
    """The limits of agreement that lie in the bundle, if they are of those weights; else none.

    Raises InputError where the file does not hold limits.
    """
    path = folder / LIMITS_FILE
    if not path.is_file():
        return ()
    try:
        measured = TypeAdapter(MeasuredLimits).validate_json(path.read_bytes())
    except ValidationError as error:
        problem = error.errors()[0]["msg"]
        raise InputError(f"{path}: {problem}; get the bundle again or measure anew") from error
    return measured.limits if measured.weights_sha256 == weights_sha256 else ()


def weights_content(folder: Path, file: str, sha256: str) -> bytes:
    """A file of the bundle's `models/`; raises InputError where its SHA-256 is another."""
    path = folder / "models" / file
    if not path.is_file():
        raise InputError(f"{path}: no such weights file; get the bundle again")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InputError(
            f"{path}: SHA-256 is not the one in metadata.json; "
            "the weights were changed or damaged, get the bundle again"
        )
    return content


@lru_cache(maxsize=8)
def _runtime(folder: Path, file: str, digest: str) -> Runtime:
    """The runtime for a file with that SHA-256; the digest keeps a changed file apart."""
    return runtime_of(folder, weights_content(folder, file, digest), Path(file).suffix)
