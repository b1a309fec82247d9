"""Where the package, notebooks, parameters, models and samples lie: a checkout, or a wheel."""

from importlib.resources import files
from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.files.names import no_such

PACKAGE = Path(str(files("multifidus"))).resolve()
# A wheel brings the top-level folders along inside the package (pyproject.toml, force-include); in
# a checkout, installed with -e, they lie two folders above it.
SHIPPED = PACKAGE / "shipped"
CHECKOUT = PACKAGE.parents[1]
ROOT = SHIPPED if SHIPPED.is_dir() else CHECKOUT
NOTEBOOKS = ROOT / "notebooks"
PARAMS = ROOT / "params"
MODELS = ROOT / "models"
DATA_SAMPLES = ROOT / "data_samples"
INFERENCE = "configs/inference.json"


def bundle_folder(name: str) -> Path:
    """Folder of a MONAI bundle: a name of `models/`, or the path of a bundle's folder.

    Raises UsageError, saying what was probably meant or which bundles there are.
    """
    for folder in (MODELS / name, Path(name)):
        if (folder / INFERENCE).is_file():
            return folder
    raise UsageError(no_such("model bundle", name, shipped_bundles(), "a bundle's folder"))


def shipped_bundles() -> list[str]:
    """Names of the bundles in `models/`."""
    return sorted(path.parents[1].name for path in MODELS.glob(f"*/{INFERENCE}"))
