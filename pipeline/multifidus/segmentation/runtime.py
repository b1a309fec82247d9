"""A bundle's network as a function from slices to class probabilities, on the CPU.

ONNX Runtime where the bundle holds an exported network, else PyTorch, which takes seconds to import
and is imported only then. The package itself keeps ONNX Runtime from phoning its maker.
"""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

if TYPE_CHECKING:
    import torch

Runtime = Callable[[np.ndarray], np.ndarray]
"""Slices (B, 1, H, W) in 0..1 to probabilities (B, C, H, W) that sum to 1 over C; float32."""

EXPORTED = ".onnx"


def runtime_of(folder: Path, content: bytes, suffix: str) -> Runtime:
    """The network of a bundle's folder with the weights file's content."""
    return onnx_runtime(content) if suffix == EXPORTED else torch_runtime(folder, content)


def onnx_runtime(content: bytes) -> Runtime:
    """An exported network; its threads are those of OMP_NUM_THREADS, as for every other library."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads_asked(os.environ.get("OMP_NUM_THREADS", ""))
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting costs CPU
    options.enable_cpu_mem_arena = False  # the arena keeps the largest slice's memory for good
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda slices: np.asarray(session.run(None, {name: slices})[0])


def threads_asked(text: str) -> int:
    """Threads by the text of OMP_NUM_THREADS; 0, as many as processors, where it names none.

    OpenMP allows a list, one number for each nested level; the first is that of this level.
    """
    first = text.split(",")[0].strip()
    return int(first) if first.isdecimal() else 0


def weights_in_32_bits(content: bytes) -> "dict[str, torch.Tensor]":
    """The tensors of a PyTorch weights file, those stored in 16 bits brought to 32."""
    import torch

    saved: dict[str, torch.Tensor] = torch.load(io.BytesIO(content), weights_only=True)
    return {key: v.float() if v.is_floating_point() else v for key, v in saved.items()}


def torch_runtime(folder: Path, content: bytes) -> Runtime:
    """The network that `inference.json` defines, with 16-bit weights brought to 32 bits."""
    import torch
    from monai.bundle import ConfigParser

    parser = ConfigParser()
    parser.read_config(folder / "configs" / "inference.json")
    network: torch.nn.Module = parser.get_parsed_content("network_def")
    network.load_state_dict(weights_in_32_bits(content))
    network.eval()

    def run(slices: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return network(torch.from_numpy(slices)).softmax(dim=1).numpy()

    return run
