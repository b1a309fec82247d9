"""The real slices that a training learns from, by where they come from."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from multifidus.domain.errors import InputError
from multifidus.training.cases import LabelledSlice, dixon_slices, open_slices, site_slices
from multifidus.training.groups import expanded
from multifidus.training.sagittal import read_sacra, sagittal_slices, spider_slices
from multifidus.training.settings import TrainingSettings
from multifidus.training.small_open import small_slices
from multifidus.training.stage_settings import Origin
from multifidus.training.sudirman import exact_slices, paired_slices

DIXON, OPEN, PAIRS = "mri_dixon", "mri_l4l5_open", "mri_axial_t1_open"
NATIVE, SMALL, SPIDER = "mri_native_open", "mri_axial_small_open", "sagittal_spider"

AXIAL: Mapping[Origin, tuple[tuple[str, ...], Callable[..., list[LabelledSlice]]]] = {
    "dixon": ((DIXON,), dixon_slices),
    "open": ((OPEN,), open_slices),
    "pairs": ((PAIRS,), paired_slices),
    "exact": ((NATIVE, OPEN), exact_slices),
    "small": ((SMALL,), small_slices),
}
"""Each origin of axial slices: its folders under `data`, and who reads them."""


def labelled_slices(settings: TrainingSettings) -> dict[Origin, list[LabelledSlice]]:
    """The real slices that the task learns from, by origin.

    Raises InputError for a folder that is not there, and for a person or group to leave out of
    whom there is no slice.
    """
    origins = settings.origins_drawn | {*settings.shares}
    gathered = _sagittal if settings.task == "vertebrae" else _axial
    found = gathered(settings, origins)
    if settings.table is not None:
        found["site"] = site_slices(settings.table)
    _require_known(settings, {case.subject for cases in found.values() for case in cases})
    return found


def _axial(
    settings: TrainingSettings, origins: Collection[Origin]
) -> dict[Origin, list[LabelledSlice]]:
    wanted = set(origins)
    if "warped" in wanted:
        wanted |= {"dixon", "open"}
    found: dict[Origin, list[LabelledSlice]] = {}
    for origin, (folders, slices_of) in AXIAL.items():
        if origin in wanted:
            if origin == "pairs" and has_own_pairs(settings.data):
                found[origin] = slices_of(settings.data)
                continue
            require_folders(settings.data, *folders)
            found[origin] = slices_of(*(settings.data / folder for folder in folders))
    return found


def has_own_pairs(data: Path) -> bool:
    """Whether the folder itself holds pairs of image and label map as `mri_axial_t1_open` does."""
    return (data / "pairs.csv").is_file()


def _sagittal(
    settings: TrainingSettings, origins: Collection[Origin]
) -> dict[Origin, list[LabelledSlice]]:
    sacra = {} if settings.sacra is None else read_sacra(settings.sacra)
    thoracic = {} if settings.thoracic is None else read_sacra(settings.thoracic)
    require_folders(settings.data, "sagittal_levels")
    folder = settings.data / "sagittal_levels"
    found: dict[Origin, list[LabelledSlice]] = {
        "sagittal_water": sagittal_slices(folder / "water", sacra, thoracic),
        "sagittal_t2": sagittal_slices(folder / "t2", sacra),
    }
    if "sagittal_spider" in origins:
        require_folders(settings.data, SPIDER)
        found["sagittal_spider"] = spider_slices(settings.data / SPIDER, sacra)
    return found


def _require_known(settings: TrainingSettings, known: Collection[str]) -> None:
    """Raise InputError for a person, or a whole group, to leave out who is not in the data."""
    names = {name for people in settings.weights.values() for name in people}
    unknown = {name for name in names if not set(expanded([name], settings.groups)) & {*known}}
    if unknown:
        where = settings.table or settings.data
        raise InputError(f"people to leave out are not in {where}: {sorted(unknown)}")


def require_folders(data: Path, *names: str) -> None:
    """Raise InputError for a folder that `data` does not hold."""
    for name in names:
        if not (data / name).is_dir():
            raise InputError(
                f"{data / name}: no such folder; 'data' of the settings names the folder above it, "
                "from the folder of the settings file"
            )


def without(cases: Sequence[LabelledSlice], people: Collection[str]) -> list[LabelledSlice]:
    """The slices of everybody else."""
    return [case for case in cases if case.subject not in set(people)]
