"""Two saved results of one person held against each other; no image is computed again."""

from collections.abc import Iterable
from pathlib import Path

from multifidus.agreement.change import changes_of, differences, require_comparable
from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.change import Comparison
from multifidus.domain.errors import InputError, UsageError
from multifidus.files.atomic import sha256_of
from multifidus.files.results.agreement import read_precision
from multifidus.files.results.case import RESULT_FILE, read_case
from multifidus.files.results.change import CHANGES, COMPARISON_FILE, write_comparison
from multifidus.report.change import side_by_side
from multifidus.report.sections import Picture
from multifidus.tasks.report import FIGURES, figure_name, save_pictures


def compare_results(
    earlier: Path | str, later: Path | str, precision: Path | str = ""
) -> Comparison:
    """What changed between two output folders of `analyze` of one person.

    precision: a `precision.csv` of this site, "" for none. Raises UsageError for a missing folder,
    two persons or twice the same result; InputError where contrast, border or network differ, or
    nothing was measured in both.
    """
    first, second = read_case(Path(earlier)), read_case(Path(later))
    try:
        require_comparable(first, second)
    except (InputError, UsageError) as error:
        raise type(error)(f"{earlier}, {later}: {error}") from error
    known = read_precision(Path(precision)) if precision else None
    changes, missing = changes_of(first, second, known)
    if not changes:
        raise InputError(f"{earlier}, {later}: no level and muscle was measured in both")
    return Comparison(
        subject_id=first.subject_id,
        changes=changes,
        missing=tuple(dict.fromkeys(missing)),
        notes=differences(first, second),
        about="" if known is None else known.about,
    )


def pictures_of(
    comparison: Comparison, earlier: Path | str, later: Path | str
) -> tuple[list[Picture], list[NotAssessable]]:
    """Both overlays of every level that changed, and the levels that lack one."""
    pictures, missing = [], []
    for level in dict.fromkeys(one.level for one in comparison.changes):
        paths = [Path(folder) / FIGURES / figure_name(level) for folder in (earlier, later)]
        absent = [path for path in paths if not path.is_file()]
        if absent:
            missing.append(NotAssessable(f"picture of {level}", f"{absent[0]} is not there"))
        else:
            pictures.append(side_by_side(SpinalLevel(level), *(p.read_bytes() for p in paths)))
    return pictures, missing


def save(
    comparison: Comparison,
    pictures: Iterable[Picture],
    earlier: Path | str,
    later: Path | str,
    precision: Path | str,
    folder: Path | str,
) -> None:
    """Write the changes, what they rest on with fingerprints, and the pictures."""
    folder = Path(folder)
    inputs = {name: sha256_of(Path(path) / RESULT_FILE) for name, path in
              (("earlier", earlier), ("later", later))}  # fmt: skip
    if precision:
        inputs["precision"] = sha256_of(Path(precision))
    CHANGES.write(comparison.changes, folder, subject_id=comparison.subject_id)
    write_comparison(comparison, inputs, folder / COMPARISON_FILE)
    save_pictures(pictures, folder)
