"""What of an output file is held to be the same, and what is left out of it because it may differ.

Every file counts whole, byte by byte, but for those whose content hangs on the source code, or on
where and when the run took place; what is left out of each stands at its function.
"""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TABLES_OF_FAILURES = ("summary.csv", "failed.csv")
"""Name what failed by absolute paths, since each study is analysed in a folder of its own."""


def digest_of(path: Path, lane: Path) -> str:
    """SHA-256 of a file's normal form. lane: the folder in which the commands ran."""
    return sha256(normal_form(path, lane)).hexdigest()


def normal_form(path: Path, lane: Path) -> bytes:
    """The bytes of a file that are the same for equal inputs, whatever the code looks like."""
    if path.suffix == ".ipynb":
        return without_code(path.read_bytes(), lane)
    if path.name == "outputs.json":
        return without_digests(path)
    if path.name == "provenance.json":
        return without_software(path.read_bytes())
    if path.name == "review.json":
        return without_time(path.read_bytes())
    if path.parent == lane / "printed" or path.name in TABLES_OF_FAILURES:
        return without_places(path.read_text(encoding="utf-8"), lane).encode()
    again = lane / "reprinted" / path.relative_to(lane).relative_to("out")
    return again.read_bytes() if again.is_file() else path.read_bytes()


def without_places(text: str, lane: Path) -> str:
    """A text without the run's folder and the project's, and without the time that a batch took."""
    text = re.sub(r"\b\d+:\d\d:\d\d$", "<time>", text, flags=re.M)
    return text.replace(str(lane.resolve()), "<lane>").replace(str(ROOT), "<project>")


def without_code(content: bytes, lane: Path) -> bytes:
    """An executed notebook: prose, parameters that were given and outputs; not its code.

    The code imports modules by name and is a source, committed and read as such. Parameters hold
    absolute paths, since a kernel starts in a folder of its own.
    """
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        given = "injected-parameters" in cell["metadata"].get("tags", [])
        if cell["cell_type"] == "code" and not given:
            cell["source"] = ""
    return without_places(_dumped(notebook), lane).encode()


def without_digests(path: Path) -> bytes:
    """The record of a run: whose result it is and which files; each digest is checked instead.

    The digest of a file that hangs on the source code, such as the provenance, would too.
    """
    record = json.loads(path.read_bytes())
    for name, mark in record["files"].items():
        content = (path.parent / name).read_bytes()
        right = mark == {"bytes": len(content), "sha256": sha256(content).hexdigest()}
        record["files"][name] = "as recorded" if right else "not as recorded"
    return _dumped(record).encode()


def without_software(content: bytes) -> bytes:
    """A study's provenance without fingerprints of sources and versions of packages.

    `software` holds the SHA-256 of the code; `train.json` of a bundle names modules, and so do
    comments and sources of the files of `params/`.
    """
    found = json.loads(content)
    found["software"] = sorted(found["software"])
    found["params_sha256"] = bool(found["params_sha256"])
    bundles = found["bundles"].items()
    found["bundles"] = {name: "" if "train.json" in name else sha for name, sha in bundles}
    return _dumped(found).encode()


def without_time(content: bytes) -> bytes:
    """A review without the moment at which it was saved, the only time in any output."""
    return _dumped(json.loads(content) | {"time": ""}).encode()


def _dumped(content: Any) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
