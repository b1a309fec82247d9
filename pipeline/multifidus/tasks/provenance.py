"""What a study's result depends on, by fingerprint: taken before it is read and at the end."""

import platform
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from multifidus import __version__
from multifidus.domain.errors import InputError
from multifidus.domain.settings import StudySettings
from multifidus.files.atomic import files_below, sha256_of, sha256_of_pairs
from multifidus.files.clinical.people import ClinicalTable
from multifidus.files.clinical.source import is_fhir, read_clinical_data
from multifidus.files.numberings import level_numbering_file
from multifidus.files.paths import NOTEBOOKS, PACKAGE, PARAMS, SHIPPED, bundle_folder
from multifidus.files.results.run_record import ANALYZE, STUDY, Claim
from multifidus.files.rules.criteria import rule_set_file
from multifidus.files.rules.grades import scale_file
from multifidus.files.rules.instruments import clinical_files
from multifidus.files.rules.norms import norms_file
from multifidus.files.study import is_image

FHIR_MAPPING = PARAMS / "sources" / "fhir.yml"
PRINTED = (PARAMS / "report.yml", PARAMS / "coding.yml")
READ_BY = (PARAMS / "series_roles.yml", PARAMS / "image_limits.yml")
DIGEST_CHARACTERS = 16
_SETTINGS = TypeAdapter(StudySettings)
PACKAGES = (
    *("numpy", "scipy", "scikit-image", "SimpleITK", "onnxruntime", "torch", "monai"),
    *("nibabel", "pydicom", "pylibjpeg", "pylibjpeg-openjpeg", "pylibjpeg-rle", "pyjpegls"),
    *("pandas", "pyarrow", "pydantic", "PyYAML", "fhir.resources", "openpyxl", "tifffile"),
    *("matplotlib", "pillow", "jinja2", "typst", "ipykernel", "nbformat", "papermill"),
)
"""Packages that read, compute, draw or print something of a result."""

WHAT_CHANGED = {
    "inputs": "the files of the study",
    "record_sha256": "its row of the clinical table",
    "settings": "the settings",
    "bundles": "a model bundle",
    "params_sha256": "a rule set, scale, norm or another file of params/",
    "software": "the software",
}
"""The parts of a provenance in words, the likeliest to change first."""


def provenance_of(
    study: Path, subject_id: str, settings: StudySettings, clinical: Path | None
) -> dict[str, Any]:
    """What the result depends on: software, weights, settings and inputs, each by fingerprint.

    clinical: the clinical table, of which the person's row counts, or None. Plain data as JSON
    holds it, equal for equal inputs; no path and no file name of the study is in it. Raises as
    `read_clinical_data` does.
    """
    data = None if clinical is None else read_clinical_data(clinical, settings.clinical)
    own = fingerprints_of_study(study, subject_id, data)
    return shared_fingerprints(settings, clinical) | own


def shared_fingerprints(settings: StudySettings, clinical: Path | None) -> dict[str, Any]:
    """The part of a provenance that all studies with these settings have in common.

    clinical: the clinical file, by whose kind a mapping takes part, or None.
    """
    return {
        "software": _software(),
        "bundles": _bundles(settings),
        "settings": _SETTINGS.dump_python(settings, mode="json"),
        "params_sha256": _params_sha256(settings, clinical),
    }


def fingerprints_of_study(
    study: Path, subject_id: str, clinical: ClinicalTable | None
) -> dict[str, Any]:
    """The part that is one study's own: its files, and the person's row of the clinical table."""
    record = clinical and (clinical.record_of(subject_id), clinical.notes_in_short)
    return {
        "inputs": inputs_of(study),
        "record_sha256": sha256(repr(record).encode("utf-8", "surrogateescape")).hexdigest(),
        "subject_id": subject_id,
    }


def claim_of(provenance: Mapping[str, Any]) -> Claim:
    """Whose result comes of it: the person, and the images of the study."""
    images = tuple(provenance["inputs"]["images"])
    return Claim(ANALYZE, provenance["subject_id"], {STUDY: images})


def require_unchanged(before: Mapping[str, Any], after: Mapping[str, Any], study: Path) -> None:
    """Raise InputError, naming what, where anything changed since it was first read."""
    changed = [words for part, words in WHAT_CHANGED.items() if before[part] != after[part]]
    if not changed:
        return
    first, last = (taken["inputs"]["files"] for taken in (before, after))
    count = f" ({first} files at the start, {last} at the end)" if first != last else ""
    raise InputError(
        f"{study}: {' and '.join(changed)} changed after it was first read{count}; "
        "it may still be arriving, analyse it again when it is whole"
    )


def inputs_of(study: Path) -> dict[str, Any]:
    """A study's files: how many, one SHA-256 of names and contents, and each image by its content.

    images: the first digits of each image's SHA-256, sorted; label maps and tables are none. By
    them a result knows its study again, with a slice more or under other names.
    """
    digests = {path: sha256_of(path) for path in files_below(study)}
    named = ((path.relative_to(study).as_posix(), sha) for path, sha in digests.items())
    images = {sha[:DIGEST_CHARACTERS] for path, sha in digests.items() if is_image(path)}
    return {"files": len(digests), "sha256": sha256_of_pairs(named), "images": sorted(images)}


def _software() -> dict[str, str]:
    own = {"multifidus": __version__, "code_sha256": _code_sha256()}
    return (
        own
        | {"python": platform.python_version()}
        | {package: _version(package) for package in PACKAGES}
    )


@lru_cache(maxsize=len(PACKAGES))
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


@lru_cache(maxsize=1)
def _code_sha256() -> str:
    """Of this program's own files, as they were when the process asked first."""
    code = {
        path.relative_to(PACKAGE).as_posix(): path
        for path in files_below(PACKAGE)
        if "__pycache__" not in path.parts and SHIPPED not in path.parents
    }
    code["notebooks/study.ipynb"] = NOTEBOOKS / "study.ipynb"
    # Names count from the package, so that a checkout and a wheel of it have one fingerprint.
    return sha256_of_pairs((name, sha256_of(path)) for name, path in code.items())


def _bundles(settings: StudySettings) -> dict[str, str]:
    """SHA-256 of every weights file that the settings can load, and of each bundle's configs."""
    muscles, levels = settings.segmentation, settings.levels
    named = (
        (muscles.bundle, muscles.weights),
        (muscles.dixon_bundle, muscles.weights),
        (levels.bundle, levels.weights),
    )
    files: set[Path] = set()
    for bundle, weights in named:
        folder = bundle_folder(bundle)
        files |= {*(folder / "models").glob(f"{Path(weights).stem}.*")}
        files |= {*(folder / "configs").glob("*.json")}
    return {f"{path.parents[1].name}/{path.name}": sha256_of(path) for path in sorted(files)}


def _params_sha256(settings: StudySettings, clinical: Path | None) -> str:
    """Of every file of params/, or of the site's own in its place, that takes part."""
    files: Iterable[Path] = (
        *(rule_set_file(name) for name in settings.eligibility.rule_sets),
        *(scale_file(name) for name in settings.grades.scales),
        *(norms_file(name) for name in settings.norms.tables),
        level_numbering_file(settings.levels.numbering),
        *_mappings(settings, clinical),
        *clinical_files(),
        *PRINTED,
        *READ_BY,
    )
    # Of the name its folder counts too, so that two files of one name are told apart.
    return sha256_of_pairs((f"{path.parent.name}/{path.name}", sha256_of(path)) for path in files)


def _mappings(settings: StudySettings, clinical: Path | None) -> list[Path]:
    """What says which column a field of the clinical file is, where it is no plain table."""
    asked = settings.clinical
    if clinical is None:
        return []
    if is_fhir(clinical):
        return [Path(asked.fhir) if asked.fhir else FHIR_MAPPING]
    return [Path(asked.redcap)] if asked.redcap else []
