"""The exported network and the PyTorch one are the same, and only one of them needs PyTorch."""

import subprocess
import sys

import numpy as np
import pytest

from multifidus.files.paths import MODELS
from multifidus.segmentation.runtime import onnx_runtime, threads_asked, torch_runtime
from multifidus.training.eight_bits import simulated_slices

pytestmark = pytest.mark.slow

BUNDLES = sorted(path.parents[1] for path in MODELS.glob("*/models/model.onnx"))


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_the_exported_network_gives_the_labels_of_the_pytorch_one(bundle):
    slices = simulated_slices(bundle)[-1:] or [np.random.default_rng(1).random((96, 112))]
    slices = np.stack(slices)[:, None].astype(np.float32)
    exported = onnx_runtime((bundle / "models" / "model.onnx").read_bytes())(slices)
    original = torch_runtime(bundle, (bundle / "models" / "model.pt").read_bytes())(slices)
    assert exported.shape == original.shape
    assert np.abs(exported - original).mean() < 1e-3
    assert np.mean(exported.argmax(axis=1) == original.argmax(axis=1)) > 0.999


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_the_number_of_threads_changes_no_byte(bundle, monkeypatch):
    slices = np.random.default_rng(2).random((2, 1, 96, 112)).astype(np.float32)
    content, answers = (bundle / "models" / "model.onnx").read_bytes(), []
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        answers.append(onnx_runtime(content)(slices).tobytes())
    assert answers[0] == answers[1] == answers[2]


def test_outlining_an_image_imports_no_torch():
    code = (
        "import sys; from multifidus.tasks.segment import segment_image; "
        "from multifidus.segmentation.bundle import open_bundle; "
        "from multifidus.files.paths import bundle_folder; "
        "open_bundle(bundle_folder('mf_es_dixon'), 'model.pt'); "
        "sys.exit('torch' in sys.modules or 'monai' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "threads"),
    [("1", 1), ("4", 4), (" 2 ", 2), ("2,1", 2), ("", 0), ("auto", 0), ("-1", 0), (",2", 0)],
)
def test_threads_are_the_first_number_or_as_many_as_there_are(text, threads):
    assert threads_asked(text) == threads
