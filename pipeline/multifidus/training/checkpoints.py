"""The state of a fit on disk, so that it goes on where it was stopped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch


def resume(state: Mapping[str, Any], checkpoint: Path) -> int:
    """Load what `save` kept into the parts of the state; the number of steps done, or 0."""
    if not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint, weights_only=True)
    for name, part in state.items():
        part.load_state_dict(saved[name])
    return int(saved["step"])


def save(state: Mapping[str, Any], step: int, checkpoint: Path) -> None:
    """Keep each part's `state_dict` and the number of steps done, whole or not at all."""
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    parts = {name: part.state_dict() for name, part in state.items()}
    partial = checkpoint.with_suffix(".partial")
    torch.save({**parts, "step": step}, partial)
    partial.replace(checkpoint)
