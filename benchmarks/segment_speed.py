"""`multifidus segment` beside a network of MuscleMap's size, time and memory in one run.

`python -m benchmarks.segment_speed [RUNS [BUNDLE]]` segments a simulated 256x256x40 stack of 1 mm
pixels, each side as a process of its own from reading the file to writing labels, and prints
seconds, processor seconds, peak memory and their ratios. The peer is the whole-body architecture
that MuscleMap publishes (2-D U-Net, channels 64 to 1024, 90 classes, windows of 256x256 with 90 %
overlap) in MONAI with random weights: its speed, not its answer, is measured. Machines are noisy:
the ratio is the figure, and on a machine that does something else too the processor seconds.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from multifidus.domain.volume import Geometry, Volume
from multifidus.files.nifti import write_volume
from multifidus.simulation.phantom import random_axial_slices

RUNS = 3
PEER = """
import sys
import nibabel, numpy, torch
from monai.inferers import SliceInferer
from monai.networks.nets import UNet
torch.manual_seed(0)
network = UNet(2, 1, 90, (64, 128, 256, 512, 1024), (2, 2, 2, 2), num_res_units=1,
               act="LEAKYRELU", norm="instance").eval()
image = nibabel.load(sys.argv[1])
voxels = torch.from_numpy(image.get_fdata(dtype=numpy.float32))[None, None]
inferer = SliceInferer(roi_size=(256, 256), spatial_dim=2, sw_batch_size=1, overlap=0.9)
with torch.inference_mode():
    labels = inferer(voxels, network).argmax(dim=1)[0].numpy().astype(numpy.int16)
nibabel.save(nibabel.Nifti1Image(labels, image.affine), sys.argv[2])
"""


def main() -> None:
    """Print each run's seconds and peak memory, and the ratios of the medians."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    bundle = ["--bundle", sys.argv[2]] if len(sys.argv) > 2 else []
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "t2.nii.gz"
        write_volume(stack(), image)
        ours = [sys.executable, "-m", "multifidus", "segment", str(image), *bundle, "-o"]
        peer = [sys.executable, "-c", PEER, str(image)]
        results = {"multifidus segment": [], "network of MuscleMap's size": []}
        for run in range(runs):
            for name, command in zip(results, (ours, peer), strict=True):
                labels = f"{folder}/{name[:5]}_{run}.nii.gz"
                results[name].append(measured([*command, labels]))
    medians = []
    for name, each in results.items():
        seconds, processor, memory = np.median(each, axis=0)
        medians.append((seconds, processor, memory))
        walls = ", ".join(f"{one[0]:.1f} s" for one in each)
        print(f"{name}: {walls}; median {seconds:.1f} s, processor {processor:.1f} s, ", end="")
        print(f"peak memory {memory / 1024:.0f} MB")
    wall, processor, memory = (theirs / own for own, theirs in zip(*medians, strict=True))
    print(f"{wall:.1f} times faster, {processor:.1f} times less processor, ", end="")
    print(f"{memory:.1f} times less memory")


def stack() -> Volume:
    """A T2 stack of a phantom person: 256x256x40, 1 mm pixels, 4 mm slices."""
    drawn = random_axial_slices(np.random.default_rng(5), 40, 1.0, (256.0, 256.0))
    x, y, _ = drawn.t2.shape
    voxels = np.zeros((256, 256, 40), np.float32)
    voxels[: min(x, 256), : min(y, 256)] = drawn.t2[:256, :256]
    return Volume(voxels, Geometry(voxels.shape, np.diag([1.0, 1.0, 4.0, 1.0])))


def measured(command: list[str]) -> tuple[float, float, int]:
    """Seconds, processor seconds and peak memory in KiB of a command, a process of its own."""
    code = (
        "import resource, subprocess, sys; r = subprocess.run(sys.argv[1:], capture_output=True);"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(r.returncode, u.ru_utime + u.ru_stime, u.ru_maxrss)"
    )
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - begin
    returncode, processor, peak = done.stdout.split()
    if int(returncode):
        raise SystemExit(f"{command[:4]} failed")
    return seconds, float(processor), int(peak)


if __name__ == "__main__":
    main()
