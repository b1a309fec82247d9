"""The same network in PyTorch, TorchScript and ONNX Runtime on the CPU: time and equal labels.

`python -m benchmarks.runtimes [BUNDLE]` prints, in one run,
the median milliseconds per 256x256 slice with its mirror image, and the share of pixels
that get another label than from PyTorch.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from multifidus.files.paths import bundle_folder
from multifidus.segmentation.runtime import onnx_runtime, torch_runtime
from multifidus.simulation.phantom import random_axial_slices
from multifidus.training.bundle import read_weights
from multifidus.training.contrast import normalised
from multifidus.training.fit import network_of

ROUNDS = 9
Run = Callable[[np.ndarray], np.ndarray]


def main() -> None:
    """Print one line per runtime."""
    bundle = bundle_folder(sys.argv[1] if len(sys.argv) > 1 else "mf_es_t1_t2")
    slices = np.stack([phantom_slice(), phantom_slice()[::-1]])[:, None].copy()
    runs: dict[str, Run] = {
        "PyTorch, eager": torch_runtime(bundle, (bundle / "models" / "model.pt").read_bytes()),
        "TorchScript": torchscript_of(bundle, slices),
        "ONNX Runtime": onnx_runtime((bundle / "models" / "model.onnx").read_bytes()),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):  # in turn, so that a busy moment hits all of them
        for name, run in runs.items():
            begin = time.perf_counter()
            run(slices)
            times[name].append(1000 * (time.perf_counter() - begin))
    expected = runs["PyTorch, eager"](slices).argmax(axis=1)
    print("| runtime | ms per slice and mirror image | other labels |\n| --- | ---: | ---: |")
    for name, run in runs.items():
        other = float(np.mean(run(slices).argmax(axis=1) != expected))
        print(f"| {name} | {np.median(times[name]):.0f} | {100 * other:.3f} % |")


def phantom_slice() -> np.ndarray:
    """A T2 slice of a phantom person, (256, 256) float32 in 0..1."""
    drawn = random_axial_slices(np.random.default_rng(5), 1, 1.0, (256.0, 256.0))
    plane = np.zeros((256, 256), np.float32)
    x, y = (min(n, 256) for n in drawn.t2.shape[:2])
    plane[:x, :y] = drawn.t2[:x, :y, 0]
    return normalised(plane, plane)


def torchscript_of(bundle: Path, slices: np.ndarray) -> Run:
    """The network traced and frozen."""
    network = network_of(bundle)
    network.load_state_dict(read_weights(bundle, "model.pt"))
    with torch.inference_mode():
        traced = torch.jit.freeze(torch.jit.trace(network.eval(), torch.from_numpy(slices)))

    def run(batch: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return traced(torch.from_numpy(batch)).softmax(dim=1).numpy()

    return run


if __name__ == "__main__":
    main()
