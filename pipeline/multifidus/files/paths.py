"""Where the project's own code, notebooks, parameters and models lie."""

from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.files.names import no_such

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]
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
    shipped = sorted(path.parents[1].name for path in MODELS.glob(f"*/{INFERENCE}"))
    raise UsageError(no_such("model bundle", name, shipped, "a bundle's folder"))
