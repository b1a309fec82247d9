"""Weights into a bundle: half precision, with their SHA-256 and their story in the metadata."""

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from pipeline.domain.errors import InputError
from pipeline.io.files import whole_file


def write_weights(bundle: Path, name: str, weights: Mapping[str, torch.Tensor], note: str) -> str:
    """Save weights as `models/<name>` and enter them in `configs/metadata.json`.

    Floating-point tensors are stored in 16 bits, which moves no figure of the model card; load
    them with `.float()`. Returns the file's SHA-256. The same weights give the same bytes.
    """
    half = {
        key: value.detach().half() if value.is_floating_point() else value.detach()
        for key, value in weights.items()
    }
    content = io.BytesIO()
    torch.save(half, content)
    with whole_file(bundle / "models" / name) as partial:
        partial.write_bytes(content.getvalue())
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    metadata = read_metadata(bundle)
    metadata.setdefault("weights_sha256", {})[name] = digest
    metadata.setdefault("weights_note", {})[name] = note
    write_metadata(bundle, metadata)
    return digest


def record_figures(bundle: Path, figures: Mapping[str, float]) -> None:
    """Enter what the evaluation found as `eval_metrics`, other entries kept."""
    metadata = read_metadata(bundle)
    metadata.setdefault("eval_metrics", {}).update(figures)
    write_metadata(bundle, metadata)


def read_metadata(bundle: Path) -> dict[str, Any]:
    """The bundle's `configs/metadata.json`; raises InputError where it is missing."""
    path = bundle / "configs" / "metadata.json"
    if not path.is_file():
        raise InputError(f"{path} is missing; a bundle needs its metadata before its weights")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def write_metadata(bundle: Path, metadata: Mapping[str, Any]) -> None:
    """Write `configs/metadata.json`, whole or not at all."""
    with whole_file(bundle / "configs" / "metadata.json") as partial:
        partial.write_text(
            json.dumps(metadata, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
