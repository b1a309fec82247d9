"""A MONAI bundle, opened and checked, and its network run slice by slice."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.bundle import ConfigParser
from torch.nn.functional import interpolate, pad

from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.measurement import RoiDefinition
from pipeline.domain.volume import THROUGH_PLANE_AXIS, Plane, Volume

NETWORK_STRIDE = 16
SLICES_AT_ONCE = 4


@dataclass(frozen=True, eq=False)
class Bundle:
    """A network ready to run, and how its input must look.

    plane: the slices it was taught on. pixel_mm: their in-plane spacing. intensity_percentiles:
    of the whole volume, brought to 0 and 1. roi_definition: the border that its training outlines
    follow. weights_sha256: of the weights file that was loaded.
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
    network: torch.nn.Module
    class_count: int


def open_bundle(folder: Path, weights: str) -> Bundle:
    """Load the bundle's network with one of its weights files.

    Raises UsageError for weights that the bundle does not list, InputError for a weights file
    whose SHA-256 is not the one in `metadata.json`.
    """
    metadata = json.loads((folder / "configs" / "metadata.json").read_text(encoding="utf-8"))
    known = metadata["weights_sha256"]
    if weights not in known:
        listed = ", ".join(sorted(known))
        raise UsageError(f"bundle {folder.name} has no weights '{weights}'; it has: {listed}")
    content = (folder / "models" / weights).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != known[weights]:
        raise InputError(
            f"{folder / 'models' / weights}: SHA-256 is not the one in metadata.json; "
            "the weights were changed or damaged, get the bundle again"
        )
    parser = ConfigParser()
    parser.read_config(folder / "configs" / "inference.json")
    network: torch.nn.Module = parser.get_parsed_content("network_def")
    state: dict[str, Any] = torch.load(io.BytesIO(content), weights_only=True)
    network.load_state_dict({name: _float(value) for name, value in state.items()})
    network.eval()
    low, high = parser.get_parsed_content("intensity_percentiles")
    return Bundle(
        name=folder.name,
        weights=weights,
        weights_sha256=digest,
        version=str(metadata["version"]),
        training_note=str(metadata["weights_note"][weights]),
        roi_definition=metadata.get("roi_definition", "muscle_boundary"),
        plane=Plane(parser.get_parsed_content("plane")),
        pixel_mm=float(parser.get_parsed_content("pixel_mm")),
        intensity_percentiles=(float(low), float(high)),
        network=network,
        class_count=int(parser.get_parsed_content("network_def#out_channels")),
    )


def class_probabilities(
    bundle: Bundle, volume: Volume, mirrored_channels: tuple[int, ...] | None = None
) -> np.ndarray:
    """Probability of each class in every voxel: (C, X, Y, Z) float32, summing to 1 over C.

    mirrored_channels: where given, the mean of the image's and its left-right mirror image's
    answer; entry c is the class that class c becomes in a mirror. Needs an axial bundle.
    """
    found = np.empty((bundle.class_count, *volume.voxels.shape), np.float32)
    across = THROUGH_PLANE_AXIS[bundle.plane]
    into = np.moveaxis(found, across + 1, 1)
    with torch.inference_mode():
        for first, slices in _batches(bundle, volume):
            answer = _answer(bundle, volume, slices)
            if mirrored_channels is not None:
                twin = _answer(bundle, volume, slices.flip(2)).flip(2)
                answer = (answer + twin[:, list(mirrored_channels)]) / 2
            into[:, first : first + len(slices)] = answer.transpose(0, 1).numpy()
    return found


def _batches(bundle: Bundle, volume: Volume) -> Iterator[tuple[int, torch.Tensor]]:
    """First slice number and (B, 1, H, W) slices scaled to 0..1, in storage order."""
    low, high = np.percentile(volume.voxels, bundle.intensity_percentiles)
    if not high > low:
        raise InputError("the image is constant; there is nothing to outline")
    slices = np.moveaxis(volume.voxels, THROUGH_PLANE_AXIS[bundle.plane], 0)
    for first in range(0, len(slices), SLICES_AT_ONCE):
        scaled = np.clip((slices[first : first + SLICES_AT_ONCE] - low) / (high - low), 0, 1)
        yield first, torch.from_numpy(np.ascontiguousarray(scaled, np.float32))[:, None]


def _answer(bundle: Bundle, volume: Volume, slices: torch.Tensor) -> torch.Tensor:
    """(B, C, H, W) class probabilities of (B, 1, H, W) slices, on the slices' own pixels."""
    across = THROUGH_PLANE_AXIS[bundle.plane]
    spacing = [mm for axis, mm in enumerate(volume.geometry.spacing_mm) if axis != across]
    stored = list(slices.shape[2:])
    size = [max(1, round(n * mm / bundle.pixel_mm)) for n, mm in zip(stored, spacing, strict=True)]
    resampled = interpolate(slices, size=size, mode="bilinear", antialias=True)
    margin = [-n % NETWORK_STRIDE for n in size]
    padded = pad(resampled, (0, margin[1], 0, margin[0]))
    answer = bundle.network(padded)[:, :, : size[0], : size[1]].softmax(dim=1)
    return interpolate(answer, size=stored, mode="bilinear")


def _float(value: torch.Tensor) -> torch.Tensor:
    return value.float() if value.is_floating_point() else value
