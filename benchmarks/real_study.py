"""Two real people through the whole path, each with weights that have not seen that person.

Prints the tables of docs/validation.md: `python -m benchmarks.real_study [../shared/data]`.
"""

import sys
import tempfile
from pathlib import Path

from tests.helpers.real_people import (
    SUBJECTS,
    SUMS,
    Compared,
    Sections,
    analysed_as_dicom,
    compare,
    multifidus_of,
)


def table_of(subject: str, compared: Compared, from_dicom: Sections) -> str:
    """One Markdown row per level and side."""
    rows = []
    for (level, side), ours in compared.ours.items():
        manual, dicom = compared.manual[level, side], from_dicom[level, side]
        dicom_pct = 100 * (dicom.total_csa_mm2 / ours.total_csa_mm2 - 1)
        error_pct = 100 * (ours.total_csa_mm2 / manual.total_csa_mm2 - 1)
        fat, true_fat = ours.fat_pct(SUMS) or 0, manual.fat_pct(SUMS) or 0
        rows.append(
            f"| {subject} | {level} | {side} | {ours.total_csa_mm2:.0f} "
            f"| {manual.total_csa_mm2:.0f} | {error_pct:+.1f} | {fat:.1f} | {true_fat:.1f} "
            f"| {fat - true_fat:+.1f} | {dicom_pct:+.2f} "
            f"| {(dicom.fat_pct(SUMS) or 0) - fat:+.2f} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Print the comparison of both people as one Markdown table."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data") / "mri_dixon"
    print(
        "| person | level | side | area mm2 | manual | difference % | fat % | manual | points "
        "| DICOM area % | DICOM fat points |"
    )
    print("|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for subject in SUBJECTS:
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            compared = compare(data, subject, Path(one))
            from_dicom = multifidus_of(analysed_as_dicom(data, subject, Path(other)))
            print(table_of(subject, compared, from_dicom))


if __name__ == "__main__":
    main()
