"""Everything for one study, in this process: `analyze`."""

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.api.case import CaseResult
from multifidus.api.errors import at_the_door
from multifidus.api.given import PathLike
from multifidus.api.images import own_labels
from multifidus.files.results.folder import require_free, result_folder
from multifidus.tasks.provenance import claim_of
from multifidus.tasks.report import write_report
from multifidus.tasks.request import Request, request_of
from multifidus.tasks.study import analyse_study, save
from multifidus.tasks.study_run import STUDY_FILES, Job, check, require_a_number

if TYPE_CHECKING:
    from multifidus.study.analysis import Analysis


@at_the_door
def analyze(
    study: PathLike,
    *,
    clinical: PathLike | None = None,
    subject: str | None = None,
    params: PathLike | None = None,
    output: PathLike | None = None,
    overwrite: bool = False,
) -> CaseResult:
    """Outline, place, measure, score and judge one study, as `multifidus analyze` does.

    It runs in this process. With `output` the same files are written as by the command, the
    executed notebook `study.ipynb` aside, which only a run through papermill leaves.

    Parameters
    ----------
    study : path
        Folder of one examination: DICOM series or NIfTI files.
    clinical : path, optional
        Clinical table: CSV, .xlsx, REDCap export or FHIR bundle.
    subject : str, optional
        Row of the clinical table and name in the result. Default: the folder's name.
    params : path, optional
        The site's settings, YAML, over those of the package.
    output : path, optional
        Folder for the results; nothing is written without it.
    overwrite : bool
        Whether `output` may hold the result of another person or input, which is then replaced.

    Returns
    -------
    CaseResult
        With ``measurements`` and other tables as DataFrames, ``doubts`` to read first, and
        ``plot("L4/5")``.

    Raises
    ------
    UsageError
        For settings, a table or a subject that do not hold, and a folder of another result.
    InputError
        For images that cannot be measured; where no muscle could be measured at any level, after
        the files were written.

    Examples
    --------
    >>> import multifidus as mf
    >>> sample = mf.samples() / "sample-01"
    >>> result = mf.analyze(sample, output="results/sample-01")  # doctest: +SKIP
    >>> result.doubts  # doctest: +SKIP
    """
    words = ("" if clinical is None else str(clinical), "" if params is None else str(params))
    request = request_of(str(study), "" if subject is None else str(subject), *words)
    if output is None:
        found = analyse_study(request)
    else:
        job = Job(
            request.study,
            request.subject_id,
            Path(output),
            request.clinical,
            None if params is None else Path(params),
            overwrite,
        )
        found = _analysed_into(request, job)
    folder = None if output is None else Path(output)
    if folder is None:
        require_a_number(found.result, request.study, look="")
    else:
        require_a_number(found.result, folder)
    labels = tuple(own_labels(stack.labels) for stack in found.stacks)
    return CaseResult(found.result, folder, labels, found)


def _analysed_into(request: Request, job: Job) -> "Analysis":
    """The analysis, its files in the job's folder: whole, or as it was before."""
    check(job)
    claim = claim_of(request.provenance() if request.before is None else dict(request.before))
    require_free(job.output, claim, job.overwrite)
    found = analyse_study(request)
    with result_folder(job.output, claim, job.overwrite, STUDY_FILES) as folder:
        save(found, request, folder)
        write_report(folder)
    return found
