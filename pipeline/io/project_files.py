"""Where the project's own notebooks, parameters and models lie."""

from pathlib import Path

from pipeline.domain.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
PARAMS = ROOT / "params"
MODELS = ROOT / "models"
DATA_SAMPLES = ROOT / "data_samples"


def bundle_folder(name: str) -> Path:
    """Folder of the MONAI bundle of that name.

    Raises UsageError naming the bundles there are.
    """
    folder = MODELS / name
    if not (folder / "configs" / "inference.json").is_file():
        there = ", ".join(sorted(path.parents[1].name for path in MODELS.glob("*/configs/*.json")))
        raise UsageError(f"no model bundle '{name}' in {MODELS}; there is: {there}")
    return folder
