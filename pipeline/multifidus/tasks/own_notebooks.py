"""The notebooks copied into a folder of one's own, to open in JupyterLab or hand to papermill."""

from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.files.atomic import whole_file
from multifidus.files.paths import NOTEBOOKS


def copy_notebooks(folder: Path) -> list[Path]:
    """Write every notebook of the package into the folder, made if need be; where they lie now.

    A notebook that lies there already stays where it is the same. Raises UsageError, before
    anything is written, where one of that name has another content: it is somebody's work.
    """
    contents = {folder / path.name: path.read_bytes() for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    changed = [path for path, ours in contents.items() if path.exists() and not _holds(path, ours)]
    if changed:
        raise UsageError(
            f"{changed[0]}: a notebook of that name with another content; "
            "rename it, or name another folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in contents.items():
        with whole_file(path) as scratch:
            scratch.write_bytes(content)
    return list(contents)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
