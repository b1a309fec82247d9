"""The phantom's known truth against what is measured on its true labels.

Prints the phantom table of docs/validation.md: `python -m benchmarks.phantom_truth`.
"""

from dataclasses import dataclass

from multifidus.domain.fat import FatMethod
from multifidus.domain.study import SeriesRole
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.muscle.measure import cross_sections
from multifidus.simulation.phantom import PhantomStudy
from multifidus.simulation.samples import SAMPLE_STUDIES, image_sample


@dataclass(frozen=True)
class Worst:
    """The largest error over all levels, muscles and sides of a study."""

    area_pct: float
    ratio_of_sums_points: float
    mean_of_ratios_points: float


def worst_errors(study: PhantomStudy) -> Worst:
    """How far areas and fat fractions on the true labels lie from the truth, at most."""
    water, fat = (study.volumes[r] for r in (SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT))
    pair = WaterFat(water, fat)
    errors = []
    for row in study.truth:
        found = next(
            section
            for section in cross_sections(study.muscle_labels, row.slice_index, pair)
            if (section.muscle, section.side) == (row.muscle, row.side)
        )
        sums = found.fat_pct(FatMethod.DIXON_RATIO_OF_SUMS) or 0.0
        mean = found.fat_pct(FatMethod.DIXON_MEAN_OF_RATIOS) or 0.0
        errors.append(
            (
                100 * abs(found.total_csa_mm2 / row.area_mm2 - 1),
                abs(sums - 100 * row.fat_fraction),
                abs(mean - 100 * row.fat_fraction_mean_of_ratios),
            )
        )
    areas, sums_errors, mean_errors = zip(*errors, strict=True)
    return Worst(max(areas), max(sums_errors), max(mean_errors))


def main() -> None:
    """Print one Markdown row per sample study."""
    print("| study | area % | fat, ratio of sums, points | fat, mean of ratios, points |")
    print("|---|---:|---:|---:|")
    for sample in SAMPLE_STUDIES:
        worst = worst_errors(image_sample(sample))
        print(
            f"| {sample.name} | {worst.area_pct:.2f} | {worst.ratio_of_sums_points:.2f} "
            f"| {worst.mean_of_ratios_points:.2f} |"
        )


if __name__ == "__main__":
    main()
