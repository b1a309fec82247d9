"""Nothing leaves the machine: no file for a maker of a library, no name looked up, no connection.

Each program runs under strace, which sees native code too, with a home folder of its own and with
the switch of ONNX Runtime set the wrong way; without strace the files alone are looked at.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

from multifidus import __version__
from multifidus.files.paths import MODELS, NOTEBOOKS, ROOT
from multifidus.report import page as report

pytestmark = pytest.mark.slow

STRACE = shutil.which("strace")
MODEL = MODELS / "vertebrae_sagittal" / "models" / "model.onnx"
SESSION = f"""
import time
content = open({str(MODEL)!r}, "rb").read()
onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
time.sleep(6)  # its first look-up comes some seconds after the session
"""
RAW = "import onnxruntime\n" + SESSION
OURS = f"""
import pkgutil, importlib, multifidus
for one in pkgutil.walk_packages(multifidus.__path__, "multifidus."):
    importlib.import_module(one.name)
from multifidus.segmentation.runtime import onnx_runtime, onnxruntime
import numpy as np
onnx_runtime(open({str(MODEL)!r}, "rb").read())(np.zeros((1, 1, 64, 64), np.float32))
{SESSION}
"""
INET = re.compile(r'\b(?:connect|send\w+)\(.*?sa_family=AF_INET6?,.*?"(?P<address>[0-9a-fA-F.:]+)"')
LOOPBACK = re.compile(r"127\.|::1$|0\.0\.0\.0$|::$")
OWN_CACHE = re.compile(r"fontlist-v[\d.]+\.json(\.matplotlib-lock)?$")
"""Matplotlib's list of the fonts that the machine has; it stays there."""


def watched(folder: Path, command: list[str], switch: str) -> tuple[list[str], list[str]]:
    """Files that a program left in its homes, and its calls to other machines."""
    homes = {name: folder / name for name in ("home", "tmp", "cache", "config", "data", "runtime")}
    for path in homes.values():
        path.mkdir(mode=0o700)
    own = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "cache"}
    own |= {"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_RUNTIME_DIR": "runtime"}
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    environment |= {name: str(homes[path]) for name, path in own.items()}
    environment |= {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    environment |= {"ORT_DISABLE_TELEMETRY": switch, "PYTHONDONTWRITEBYTECODE": "1"}
    trace = folder / "trace.txt"
    watch = [STRACE, "-f", "-qq", "-e", "trace=%network", "-o", str(trace)] if STRACE else []
    subprocess.run([*watch, *command], env=environment, cwd=folder, check=True, timeout=600)
    calls = trace.read_text(encoding="utf-8", errors="replace").splitlines() if STRACE else []
    files = [str(one.relative_to(folder)) for path in homes.values() for one in path.rglob("*")]
    left = [name for name in files if (folder / name).is_file() and not OWN_CACHE.search(name)]
    outside = [
        line
        for line in calls
        for found in INET.finditer(line)
        if not LOOPBACK.match(found["address"])
    ]
    return left, outside


def of_the_maker(files: list[str]) -> list[str]:
    """The files that ONNX Runtime leaves: a device identity, a queue and a session."""
    words = ("Microsoft", "onnxruntime", "deviceid", ".ses")
    return [name for name in files if any(word in name for word in words)]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_package_leaves_no_file_and_looks_up_no_name(tmp_path):
    left, outside = watched(tmp_path, python(OURS), switch="0")
    assert left == []
    assert outside == []


def test_the_watch_sees_what_onnx_runtime_does_without_the_package(tmp_path):
    """Shows that the test above can fail; other builds of ONNX Runtime may leave nothing."""
    left, _ = watched(tmp_path, python(RAW), switch="0")
    if not of_the_maker(left):
        pytest.skip("this build of ONNX Runtime leaves no file here even where it is let")
    assert any("deviceid" in name for name in left)


@pytest.mark.skipif(not STRACE, reason="strace is not installed: connections are not seen")
def test_the_watch_sees_a_connection(tmp_path):
    """To an address that is kept for documentation (RFC 5737); nothing is sent."""
    code = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 53))"
    _, outside = watched(tmp_path, python(code), switch="0")
    assert ["192.0.2.1" in line for line in outside] == [True]


def test_a_notebook_run_by_papermill_alone_leaves_nothing_either(tmp_path):
    """No command of the project starts this kernel: what it imports must be enough."""
    cell = nbformat.v4.new_code_cell(
        "import multifidus.segmentation.runtime as runtime\nonnxruntime = runtime.onnxruntime\n"
        + SESSION
    )
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "session.ipynb")
    command = [
        sys.executable,
        "-m",
        "papermill",
        "session.ipynb",
        "done.ipynb",
        "--no-progress-bar",
    ]
    left, outside = watched(tmp_path, command, switch="0")
    assert of_the_maker(left) == []
    assert outside == []


def test_kernels_and_workers_take_the_switch_over():
    assert __version__, "the package is imported"
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


def test_every_notebook_imports_the_package_before_anything_that_could_phone():
    for path in NOTEBOOKS.glob("*.ipynb"):
        code = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        imported = re.findall(r"^\s*(?:import|from) (\w+)", "\n".join(code), re.M)
        assert "onnxruntime" not in imported
        assert "multifidus" in imported


def test_jupyterlab_is_told_not_to_ask_for_news_updates_and_extensions():
    (lab,) = re.findall(r"^\t.*jupyter lab .*$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert "$(QUIET_LAB)" in lab
    (quiet,) = re.findall(r"^QUIET_LAB :=(.*)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert quiet.split() == [
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]


def test_reports_name_nothing_that_a_printer_or_a_browser_would_fetch():
    folder = Path(report.__file__).parent / "templates"
    templates = [path for path in folder.rglob("*") if path.is_file()]
    assert templates
    for path in templates:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"@preview|@local|(src|href)=[\"']?(https?:)?//|url\(https?:", text), (
            path
        )


def test_every_direct_dependency_is_answered_for_in_the_docs():
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").lower()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["lab"]]
    names = [re.split(r"[<>=!\[; ]", one)[0].lower() for one in asked]
    assert [name for name in names if f"`{name}`" not in page] == []
