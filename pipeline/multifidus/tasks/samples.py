"""Write the synthetic sample studies: DICOM series, the truth, and the clinical table."""

import logging
from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.domain.study import SeriesRole
from multifidus.files import MrProtocol, SeriesIdentity, write_dicom_series
from multifidus.files.atomic import whole_folder
from multifidus.files.paths import DATA_SAMPLES
from multifidus.files.tables import write_cells
from multifidus.simulation.phantom import PhantomStudy, TruthRow
from multifidus.simulation.samples import (
    ALL_SAMPLES,
    AXIAL_PIXEL_MM,
    AXIAL_STEP_MM,
    CLINICAL_COLUMNS,
    SAGITTAL_STEP_MM,
    SampleStudy,
    image_sample,
)


def _dixon(word: str) -> MrProtocol:
    """A spoiled gradient echo's water or fat image."""
    return MrProtocol(
        f"axial Dixon {word.lower()} (synthetic)",
        ("DERIVED", "PRIMARY", word),
        "GR",
        "SP",
        echo_time_ms=2.46,
        repetition_time_ms=150.0,
        flip_angle_deg=15.0,
        slice_thickness_mm=AXIAL_STEP_MM,
    )


def _t2(plane: str, slice_mm: float) -> MrProtocol:
    """A turbo spin echo with T2 weighting."""
    return MrProtocol(f"{plane} T2 TSE (synthetic)", slice_thickness_mm=slice_mm)


SERIES = (
    (1, "sagittal_t2", SeriesRole.SAGITTAL_T2, _t2("sagittal", SAGITTAL_STEP_MM)),
    (2, "axial_t2", SeriesRole.AXIAL_T2, _t2("axial", AXIAL_STEP_MM)),
    (3, "axial_dixon_water", SeriesRole.AXIAL_WATER, _dixon("WATER")),
    (4, "axial_dixon_fat", SeriesRole.AXIAL_FAT, _dixon("FAT")),
)
"""Series number, folder, role and protocol of every series of a sample."""

TRUTH_COLUMNS = (
    "subject_id",
    "level",
    "muscle",
    "side",
    "slice_index_from_feet",
    "slice_z_mm",
    "area_mm2",
    "fat_fraction_ratio_of_sums_pct",
    "fat_fraction_mean_of_ratios_pct",
)
MARK = "Synthetic sample studies of multifidus"
"""First line of the README, by which our own folder is known."""

LOG = logging.getLogger(__name__)


def write_samples(folder: Path) -> Path:
    """Write the sample studies, `truth.csv`, `clinical.csv` and `README.md`; same bytes each time.

    The folder appears whole or not at all. Raises UsageError where it holds anything else.
    """
    _require_free(folder)
    with whole_folder(folder) as partial:
        rows = []
        for sample in ALL_SAMPLES:
            LOG.info("%s is imaged", sample.name)
            study = image_sample(sample)
            write_study(partial / sample.name, sample, study)
            rows += [_truth_cells(sample, study, row) for row in study.truth]
        write_cells(TRUTH_COLUMNS, rows, partial / "truth.csv")
        write_cells(CLINICAL_COLUMNS, _clinical_rows(), partial / "clinical.csv")
        (partial / "README.md").write_text(_readme(), encoding="utf-8", newline="\n")
    return folder


def sample_studies(otherwise: Path) -> Path:
    """The folder of the samples that come with the project, or `otherwise`, written now."""
    return DATA_SAMPLES if DATA_SAMPLES.is_dir() else write_samples(otherwise)


def _require_free(folder: Path) -> None:
    readme = folder / "README.md"
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not readme.is_file() or MARK not in readme.read_text(encoding="utf-8", errors="replace"):
        raise UsageError(
            f"{folder} is not empty and holds no sample studies; name a new or empty folder"
        )


def write_study(folder: Path, sample: SampleStudy, study: PhantomStudy) -> None:
    """Write the DICOM series of one sample into its folder."""
    for number, name, role, protocol in SERIES:
        identity = SeriesIdentity(sample.name, sample.name, sample.name, number)
        write_dicom_series(study.volumes[role], folder / name, protocol, identity)


def _truth_cells(sample: SampleStudy, study: PhantomStudy, row: TruthRow) -> tuple[str, ...]:
    grid = study.muscle_labels.geometry
    z_mm = grid.affine[2, 3] + row.slice_index * grid.affine[2, 2]
    return (
        sample.name,
        str(row.level),
        str(row.muscle),
        str(row.side),
        str(row.slice_index),
        f"{z_mm:.2f}",
        f"{row.area_mm2:.2f}",
        f"{100 * row.fat_fraction:.3f}",
        f"{100 * row.fat_fraction_mean_of_ratios:.3f}",
    )


def _clinical_rows() -> list[tuple[str, ...]]:
    return [
        (sample.name, *(sample.clinical.get(column, "") for column in CLINICAL_COLUMNS[1:]))
        for sample in ALL_SAMPLES
    ]


def _readme() -> str:
    studies = "\n".join(f"- `{sample.name}/`: {sample.about}." for sample in ALL_SAMPLES)
    return f"""# {MARK}

No person was imaged: `multifidus samples` computes everything here from a mathematical phantom
of the lumbar spine, the same bytes every time. It is for trying the software out and for testing
it against a known truth, not for clinical conclusions.

{studies}

Each study has a sagittal T2, an axial T2 and axial Dixon water and fat series in one frame of
reference ({AXIAL_PIXEL_MM:g} mm pixels and {AXIAL_STEP_MM:g} mm slices in the axial ones).

- `clinical.csv`: one row per study; an empty cell means that nothing was recorded.
- `truth.csv`: what is true of each muscle in the axial slice nearest each disc's centre, from the
  noise-free model: area in mm2, and the fat fraction in % both as the ratio of summed signals and
  as the mean of the voxels' ratios. `slice_index_from_feet` counts from 0 at the lowest slice.
"""
