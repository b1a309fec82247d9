"""One study's result as a researcher handles it: tables, doubts first, pictures on axes."""

from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from multifidus.api.errors import at_the_door
from multifidus.api.frames import frame_of, read_frame
from multifidus.api.given import PathLike
from multifidus.api.html import lines_html, table_html
from multifidus.api.images import LabelMap, own_labels
from multifidus.domain import case as domain
from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.errors import UsageError
from multifidus.domain.muscle_row import case_rows
from multifidus.files.nifti import read_labels
from multifidus.files.results.case import label_maps, read_case
from multifidus.files.results.measurements import MEASUREMENTS, VOLUMES, volume_rows
from multifidus.files.results.references import GRADES, NORMS, write_references
from multifidus.files.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

    from multifidus.study.analysis import Analysis


@dataclass(frozen=True, eq=False, repr=False)
class CaseResult:
    """The result of one study: what `analyze` gives and `read_result` reads.

    It wraps the result as it is saved (`case`), whose tuples of measurements, scores and findings
    rooms and reports share; here the same are DataFrames. Nothing is rounded.

    Attributes
    ----------
    case : object
        The saved result, field by field; ``docs/schema/case_result_v1.json`` describes it.
    folder : pathlib.Path or None
        Where it lies, None where nothing was written.
    labels : tuple of LabelMap
        The outlines, one per axial stack.
    analysis : object or None
        The images, vertebrae and discs behind it, as ``docs/researcher.md`` describes them; None
        for a result that was read from its folder.

    Examples
    --------
    >>> import multifidus as mf
    >>> result = mf.analyze(mf.samples() / "sample-01")  # doctest: +SKIP
    >>> result.measurements.query("muscle == 'multifidus'")  # doctest: +SKIP
    >>> result.plot("L4/5")  # doctest: +SKIP
    """

    case: domain.CaseResult
    folder: Path | None = None
    labels: tuple[LabelMap, ...] = ()
    analysis: "Analysis | None" = field(default=None)

    def __repr__(self) -> str:
        levels = list(dict.fromkeys(measured.level.value for measured in self.case.measurements))
        doubts = f"; {len(self.doubts)} doubts" if self.doubts else ""
        measured = f"measured at {', '.join(levels)}" if levels else "nothing measured"
        rules = "".join(
            f"; {first.rule_set_id}: {first.conclusion}" for first in self.case.decisions[:1]
        )
        more = f" and {len(self.case.decisions) - 1} more" if self.case.decisions[1:] else ""
        return f"CaseResult({self.subject}: {measured}{rules}{more}{doubts})"

    def _repr_html_(self) -> str:
        from multifidus.report.gate import answered_words, held_back
        from multifidus.report.measurements import side_table

        sides = side_table(self.case)
        decisions = [
            f"{decision.title}: {answered_words(decision)}" for decision in self.case.decisions
        ]
        return "".join(
            (
                f"<p><b>{escape(self.subject)}</b></p>",
                lines_html([*self.doubts, held_back(self.case)], "Read first"),
                table_html(sides.headings, sides.rows),
                lines_html(decisions, "Rule sets"),
            )
        )

    @property
    def subject(self) -> str:
        """Pseudonym of the person."""
        return self.case.subject_id

    @property
    def doubts(self) -> list[str]:
        """What speaks against the result, gravest first: red flags, levels, outlines."""
        from multifidus.report.gate import reason_lines

        outlines = [
            f"{outline.level}, {outline.side} {outline.muscle.words}: look at the "
            f"outline: {'; '.join(outline.concerns)}"
            for outline in self.case.doubtful_outlines
        ]
        return [*reason_lines(self.case), *self.case.level_doubts, *outlines]

    @property
    def notes(self) -> list[str]:
        """How the files were understood, and what the fat fraction is."""
        return [*self.case.notes, self.case.method.fat_note, self.case.method.segmentation_note]

    @cached_property
    def measurements(self) -> "DataFrame":
        """A row per level, muscle, side and fat method, as `measurements.csv`: mm2 and %."""
        return frame_of(MEASUREMENTS, case_rows(self.case))

    @cached_property
    def volumes(self) -> "DataFrame":
        """A row per muscle and side of a stack, as `volumes.csv`: mm3."""
        return frame_of(VOLUMES, volume_rows(self.subject, self.case.volumes))

    @cached_property
    def levels(self) -> "DataFrame":
        """The axial slice of each level: `level`, `slice_index`, `stack`, `offset_mm`, `tilt_deg`.

        Slices count from 0 at the feet, stacks from 1, as in `measurements`.
        """
        import pandas as pd

        rows = [
            (placed.level.value, placed.slice_index, placed.stack + 1, placed.offset_mm,
             placed.tilt_deg, placed.source.value)
            for placed in self.case.level_slices
        ]  # fmt: skip
        columns = ["level", "slice_index", "stack", "offset_mm", "tilt_deg", "source"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def scores(self) -> "DataFrame":
        """The questionnaires: `score`, `value`, `unit`, range, direction, source, and why not."""
        import pandas as pd

        rows = [
            (score.instrument_id, score.instrument, score.value, score.unit, score.low, score.high,
             score.higher_is_worse, score.band, score.reason, score.source)
            for score in self.case.scores
        ]  # fmt: skip
        columns = ["score", "instrument", "value", "unit", "low", "high", "higher_is_worse"]
        return pd.DataFrame(rows, columns=[*columns, "band", "reason", "source"])

    @cached_property
    def criteria(self) -> "DataFrame":
        """Each criterion of each rule set: `rule_set`, `criterion`, `verdict`, `found`, `source`.

        Verdicts are MET, NOT MET or NOT ASSESSABLE; the conclusion of the rule set stands in
        `conclusion`.
        """
        import pandas as pd

        rows = [
            (decision.rule_set_id, decision.conclusion.value, finding.text, finding.verdict.value,
             finding.value, finding.source)
            for decision in self.case.decisions
            for finding in decision.findings
        ]  # fmt: skip
        columns = ["rule_set", "conclusion", "criterion", "verdict", "found", "source"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def grades(self) -> "DataFrame":
        """Visual grades as far as the fat fraction tells them, as `grades.csv`."""
        return self._written(GRADES)

    @cached_property
    def norms(self) -> "DataFrame":
        """The measurements beside published norms, as `norms.csv`."""
        return self._written(NORMS)

    @cached_property
    def not_assessable(self) -> "DataFrame":
        """What could not be answered, and why: `what` and `reason`."""
        import pandas as pd

        rows = [(gap.what, gap.reason) for gap in self.case.not_assessable]
        return pd.DataFrame(rows, columns=["what", "reason"])

    @property
    def report(self) -> Path | None:
        """The report as a page, where the result lies in a folder that has one."""
        page = None if self.folder is None else self.folder / "report.html"
        return page if page is not None and page.is_file() else None

    @at_the_door
    def plot(self, level: str, ax: "Axes | None" = None) -> "Axes":
        """The slice of a level with its outlines, the person's right on the left.

        A result that was read from its folder shows the picture saved there.

        Parameters
        ----------
        level : str
            Such as ``"L4/5"``.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure's where none are given.

        Returns
        -------
        matplotlib.axes.Axes
            The axes drawn on.

        Raises
        ------
        UsageError
            For a level that has no slice, or no saved picture.
        """
        from multifidus.report.pictures.slices import (
            draw_picture,
            draw_slice,
            look_at_labels,
            new_axes,
        )

        placed = {slice_.level.value: slice_ for slice_ in self.case.level_slices}
        if level not in placed:
            listed = ", ".join(placed) or "none"
            raise UsageError(f"level '{level}' has no slice; there is: {listed}")
        if self.analysis is None:
            png = self._saved_picture(SpinalLevel(level))
            axes = new_axes() if ax is None else ax
            draw_picture(axes, png)
            return axes
        stack = self.analysis.stacks[placed[level].stack]
        axes = new_axes() if ax is None else ax
        index = placed[level].slice_index
        draw_slice(axes, stack.axial.images[0], index, stack.labels)
        look_at_labels(axes, stack.labels, index)
        axes.set_title(f"{self.subject}, {level}, {axes.get_title()}")
        return axes

    def _saved_picture(self, level: SpinalLevel) -> bytes:
        from multifidus.tasks.report import FIGURES, figure_name

        if self.folder is None:
            raise UsageError("the result holds no image and lies in no folder with pictures")
        path = self.folder / FIGURES / figure_name(level)
        if not path.is_file():
            raise UsageError(f"{path}: no such picture; 'analyze' with output= writes it")
        return path.read_bytes()

    def _written(self, table: Table[Any]) -> "DataFrame":
        """A table of grades or norms as it is written."""
        with TemporaryDirectory(prefix="multifidus-") as folder:
            write_references(self.case, Path(folder))
            return read_frame(Path(folder) / table.file, table)


@at_the_door
def read_result(folder: PathLike) -> CaseResult:
    """The saved result of one study: the output folder of `analyze`, by command or from here.

    Parameters
    ----------
    folder : path
        Holds ``result.json``.

    Returns
    -------
    CaseResult
        Its tables, and its outlines where ``labels.nii.gz`` lies beside.

    Raises
    ------
    UsageError
        Where there is no result.
    InputError
        Where it is not one of this version.

    Examples
    --------
    >>> import multifidus as mf
    >>> mf.read_result("results/nobody")
    Traceback (most recent call last):
    ...
    multifidus.domain.errors.UsageError: results/nobody/result.json: no such file; 'multifidus \
analyze' writes it
    """
    case = read_case(Path(folder))
    return CaseResult(
        case,
        Path(folder),
        tuple(own_labels(read_labels(path)) for path in label_maps(Path(folder))),
    )
