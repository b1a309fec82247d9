"""Weights into a bundle: half precision, with their SHA-256 and their story in the metadata."""

import hashlib
import io
import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from multifidus.domain.errors import InputError
from multifidus.domain.seen import Seen
from multifidus.files.atomic import whole_file
from multifidus.files.training_images import read_all_seen, write_all_seen
from multifidus.segmentation.bundle import weights_content
from multifidus.segmentation.runtime import EXPORTED, weights_in_32_bits
from multifidus.training.eight_bits import simulated_slices
from multifidus.training.export import onnx_of
from multifidus.training.settings import TrainingSettings, content_of

FIGURES_BEGIN, FIGURES_END = "<!-- figures -->", "<!-- end of figures -->"


DEFAULT_WEIGHTS = "model.pt"
"""The weights that a bundle is used with; those of the folds are for its figures alone."""


@dataclass(frozen=True, eq=False)
class Trained:
    """Weights as they come out of their fits. people, seen: everything they were taught on."""

    name: str
    weights: Mapping[str, torch.Tensor]
    note: str
    people: frozenset[str]
    seen: tuple[Seen, ...]


def write_weights(
    bundle: Path,
    name: str,
    weights: Mapping[str, torch.Tensor],
    note: str,
    trained_on: Collection[str] = (),
) -> str:
    """Save weights as `models/<name>` and enter them in `configs/metadata.json`.

    Floating-point tensors are stored in 16 bits, which moves no figure of the model card; load
    them with `.float()`. trained_on: every person behind the weights, those of a bundle that they
    started from included. Returns the file's SHA-256. The same weights give the same bytes.
    """
    half = {
        key: value.detach().half() if value.is_floating_point() else value.detach()
        for key, value in weights.items()
    }
    content = io.BytesIO()
    torch.save(half, content)
    digest = _write_model_file(bundle, name, content.getvalue())
    metadata = read_metadata(bundle)
    metadata.setdefault("weights_note", {})[name] = note
    metadata.setdefault("weights_trained_on", {})[name] = sorted(trained_on)
    metadata["weights_sha256"].pop(_exported(name), None)  # it was that of the weights before
    write_metadata(bundle, metadata)
    (bundle / "models" / _exported(name)).unlink(missing_ok=True)
    return digest


def write_trained(bundle: Path, one: Trained) -> None:
    """Put trained weights into the bundle, with whom and which images they were taught on.

    The weights that a bundle is used with are exported too, first of all.
    """
    listed = read_all_seen(bundle) or {}
    write_weights(bundle, one.name, one.weights, one.note, one.people)
    if one.name == DEFAULT_WEIGHTS:
        export_weights(bundle, one.name)
    write_all_seen(listed | {one.name: one.seen}, bundle)


def export_weights(bundle: Path, name: str) -> str:
    """Write the network with these weights as ONNX beside them, for inference without PyTorch.

    A network of axial slices computes in 8 bits. Returns the file's SHA-256. The same weights give
    the same bytes.
    """
    content = onnx_of(bundle, read_weights(bundle, name), simulated_slices(bundle))
    return _write_model_file(bundle, _exported(name), content)


def _exported(name: str) -> str:
    return str(Path(name).with_suffix(EXPORTED))


def _write_model_file(bundle: Path, name: str, content: bytes) -> str:
    """Write a file of `models/` and enter its SHA-256, which is returned, in the metadata."""
    metadata = read_metadata(bundle)
    with whole_file(bundle / "models" / name) as partial:
        partial.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    metadata.setdefault("weights_sha256", {})[name] = digest
    write_metadata(bundle, metadata)
    return digest


def write_new_bundle(folder: Path, start: Path, name: str, from_nothing: bool = False) -> None:
    """Write the configuration and licence of another bundle, no weights and no figures yet.

    folder: empty. name: of the new bundle. from_nothing: whether the other bundle's weights are
    not started from.
    """
    metadata = read_metadata(start)
    how = "trained from nothing, configured as" if from_nothing else "fine-tuned from"
    (folder / "configs").mkdir(parents=True)
    (folder / "docs").mkdir()
    shutil.copy(start / "configs" / "inference.json", folder / "configs")
    shutil.copy(start / "LICENSE", folder)
    metadata |= {
        "version": "0.1.0",
        "changelog": {"0.1.0": f"{how} {start.name} {metadata['version']}"},
        "eval_metrics": {},
        "weights_sha256": {},
        "weights_note": {},
        "weights_trained_on": {},
        "data_source": "as configs/train.json says"
        if from_nothing
        else f"a site's own labelled images, from the weights of {start.name}",
    }
    write_metadata(folder, metadata)
    text = (
        f"# {name}: {how} {start.name}\n\nResearch use, not a medical device. "
        "Trained as `configs/train.json` says.\n\n## Figures\n\n"
        f"{FIGURES_BEGIN}\nnot evaluated yet\n{FIGURES_END}\n"
    )
    (folder / "docs" / "README.md").write_text(text, encoding="utf-8")


def write_training_config(folder: Path, settings: TrainingSettings) -> None:
    """Write `configs/train.json`: the settings, and a `run` with which MONAI trains again.

    folder: where the bundle lies now; its paths are those from where it will lie, and MONAI is told
    that place as `bundle_root`, by default the folder it is called in.
    """
    config = {
        "bundle_root": ".",
        "imports": [
            "$from multifidus.tasks.train import train",
            "$from multifidus.training.settings import settings_of",
        ],
        "settings": content_of(settings, settings.bundle),
        "run": ["$train(settings_of(@settings, folder=@bundle_root))"],
    }
    with whole_file(folder / "configs" / "train.json") as partial:
        partial.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def write_figures(bundle: Path, markdown: str) -> None:
    """Put the figures into the model card, between its two marks.

    Raises InputError for a card without them.
    """
    card = bundle / "docs" / "README.md"
    text = card.read_text(encoding="utf-8")
    before, begin, rest = text.partition(FIGURES_BEGIN)
    _, end, after = rest.partition(FIGURES_END)
    if not (begin and end):
        raise InputError(f"{card}: no '{FIGURES_BEGIN}' and '{FIGURES_END}' to put the figures in")
    with whole_file(card) as partial:
        partial.write_text(f"{before}{begin}\n{markdown}\n{end}{after}", encoding="utf-8")


def read_weights(bundle: Path, name: str) -> dict[str, torch.Tensor]:
    """The weights file in 32 bits.

    Raises InputError for one that is not there or whose SHA-256 is not the one in the metadata.
    """
    known = read_metadata(bundle).get("weights_sha256", {})
    return weights_in_32_bits(weights_content(bundle, name, known.get(name, "")))


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
