"""The golden manifest: every output file of every command with its SHA-256.

python -m tests.helpers.golden --compare   runs everything; names what differs, exit code 1
python -m tests.helpers.golden --write     runs everything and keeps what came out
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import numpy as np

from tests.helpers.golden_runs import LANES, run_lane
from tests.helpers.normal_form import ROOT, digest_of

MANIFEST = ROOT / "tests" / "golden" / "manifest.json"
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
"""One thread, since two lanes share the processor; and a terminal of a known width."""
NO_TERMINAL = {"_TYPER_FORCE_DISABLE_TERMINAL": "1"}
"""Nor one that a service for continuous integration pretends to have."""
CHEAP = ("files",)
"""The lane that is run twice where the manifest does not hold: no whole studies."""
EVERYWHERE = (
    *("docs/", "files/out/scores/", "files/out/template/", "files/out/form/"),
    *("files/printed/help", "files/printed/score", "files/printed/template"),
)
"""Beginnings of the names of what hangs on no processor: no image and no network takes part."""
PROCESSOR = "cpu_features_sha256"
PACKAGES = (
    *("matplotlib", "nibabel", "nbformat", "numpy", "onnxruntime", "openpyxl", "pandas", "pillow"),
    *("pyarrow", "pydicom", "rich", "scikit-image", "scipy", "typer", "typst"),
)


def digests(folder: Path, lanes: Sequence[str] = tuple(LANES)) -> dict[str, str]:
    """Run the lanes, two at a time, in a folder; every file they wrote to its SHA-256."""
    context = get_context("spawn")
    variables = patch.dict(os.environ, ENVIRONMENT | NO_TERMINAL)  # read when libraries load
    with variables, ProcessPoolExecutor(2, mp_context=context) as pool:
        for done in [pool.submit(run_lane, name, folder) for name in lanes]:
            done.result()
    return {path.relative_to(folder).as_posix(): sha for path, sha in _digests(folder, lanes)}


def _digests(folder: Path, lanes: Sequence[str]):
    for name in sorted(lanes):
        written = [
            path for part in ("out", "printed") for path in (folder / name / part).rglob("*")
        ]
        for path in sorted(one for one in written if one.is_file()):
            yield path, digest_of(path, folder / name)


def schemas() -> dict[str, str]:
    """The published schemas of the results, which are outputs of the program too."""
    found = sorted((ROOT / "docs" / "schema").glob("*.json"))
    return {one.relative_to(ROOT).as_posix(): sha256(one.read_bytes()).hexdigest() for one in found}


def environment() -> dict[str, str]:
    """What last digits and compressed bytes hang on: the processor's features, and versions."""
    found = np._core._multiarray_umath.__cpu_features__
    features = " ".join(sorted(name for name, has in found.items() if has))
    own = {PROCESSOR: sha256(f"{_vendor()} {features}".encode()).hexdigest()}
    own |= {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return own | {name: version(name) for name in PACKAGES}


def _vendor() -> str:
    """Maker of the processor where the system tells it: libraries choose code by it as well."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("vendor_id")), "")


def differences(kept: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """What is not the same, one line a name."""
    lines = [f"gone: {name}" for name in sorted(kept.keys() - found.keys())]
    lines += [f"new: {name}" for name in sorted(found.keys() - kept.keys())]
    both = sorted(kept.keys() & found.keys())
    return lines + [f"differs: {name}" for name in both if kept[name] != found[name]]


def kept() -> dict[str, dict[str, str]]:
    """The manifest as it is committed: `environment` and `files`."""
    return json.loads(MANIFEST.read_text(encoding="utf-8"))


def main() -> int:
    """Run everything and compare or keep it; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--compare", action="store_true", help="name what differs; exit code 1")
    which.add_argument("--write", action="store_true", help="keep what came out")
    parser.add_argument("--folder", type=Path, help="new folder to run in and to keep")
    asked = parser.parse_args()
    folder = (asked.folder or Path(tempfile.mkdtemp(prefix="golden-"))).absolute()
    print(f"running in {folder}; printed/ of a lane tells what each command said", flush=True)
    found = {"environment": environment(), "files": digests(folder) | schemas()}
    before = kept() if MANIFEST.is_file() else {"environment": {}, "files": {}}
    lines = [difference for part in found for difference in differences(before[part], found[part])]
    print(*lines, f"{len(found['files'])} files, {len(lines)} differences", sep="\n")
    if asked.write:
        MANIFEST.parent.mkdir(exist_ok=True)
        MANIFEST.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 1 if asked.compare and lines else 0


if __name__ == "__main__":
    sys.exit(main())
