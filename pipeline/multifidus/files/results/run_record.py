"""What a run left in a folder, from whom and from what: its record, written and read."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from multifidus.domain.errors import strict
from multifidus.files.atomic import is_litter, sha256_of, write_json
from multifidus.files.results.case import PROVENANCE_FILE, RESULT_FILE

RECORD_FILE = "outputs.json"
ANALYZE = "analyze"
STUDY = "study"


@strict
class Claim:
    """Whose result a folder holds.

    command: what wrote it. subject_id: the person's pseudonym; empty where there are several.
    inputs: what it was made from, each by fingerprints of its contents.
    """

    command: str
    subject_id: str = ""
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def against(self, other: "Claim") -> str:
        """What `other` is that this is not, in words; empty where both are of the same input.

        A study is the same while it has an image in common, with a slice more or less; any other
        input only while its content is.
        """
        if self.command != other.command:
            return f"what 'multifidus {other.command}' wrote"
        if self.subject_id != other.subject_id:
            return f"the result of '{other.subject_id}'"
        for name in sorted({*self.inputs, *other.inputs}):
            ours, theirs = set(self.inputs.get(name, ())), set(other.inputs.get(name, ()))
            if ours == theirs or (self.command == ANALYZE and ours & theirs):
                continue
            if self.command == ANALYZE:
                return f"a result of '{self.subject_id}' from other images, none is in this {name}"
            return f"a result from another {name}, or from this one before it changed"
        return ""


@strict
class FileMark:
    """A file as it was written."""

    bytes: int
    sha256: str

    def is_of(self, path: Path) -> bool:
        """Whether the file is there and still the same."""
        same_size = path.is_file() and path.stat().st_size == self.bytes
        return same_size and sha256_of(path) == self.sha256


@strict
class Record:
    """What a run wrote. complete: False while its files are being put in place.

    files: by path in the folder; those that a run replaces are among them until they are gone.
    """

    claim: Claim
    complete: bool
    files: Mapping[str, FileMark]

    def holds(self, folder: Path) -> bool:
        """Whether everything that was written is there, unchanged."""
        return self.complete and all(mark.is_of(folder / name) for name, mark in self.files.items())


_RECORD = TypeAdapter(Record)


def read_record(folder: Path) -> Record | None:
    """The record of a folder; None where there is none that can be read."""
    try:
        text = (folder / RECORD_FILE).read_bytes()
        return _RECORD.validate_json(text)
    except (OSError, ValidationError):
        return None


def write_record(record: Record, folder: Path) -> None:
    """Write a folder's record, whole or not at all."""
    write_json(_RECORD.dump_python(record, mode="json"), folder / RECORD_FILE)


def claim_in(folder: Path) -> Claim | None:
    """Whose result a folder says it holds: its record, else its provenance or its result."""
    record = read_record(folder)
    if record is not None:
        return record.claim
    for name in (PROVENANCE_FILE, RESULT_FILE):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            content = json.loads((folder / name).read_bytes())
            images = content.get("inputs", {}).get("images", ())
            return Claim(ANALYZE, str(content["subject_id"]), {STUDY: tuple(images)})
    return None


def contents_of(path: Path) -> tuple[str, ...]:
    """By what an input of a run is known again, sorted; empty for a path that is not there.

    Of a file its SHA-256; of the result of a study those of the study's images; of a batch's folder
    those of all its studies; of any other folder those of the files in it.
    """
    if path.is_file():
        return (sha256_of(path),)
    if not path.is_dir():
        return ()
    own = path / RESULT_FILE
    results = [own] if own.is_file() else list(path.glob(f"*/{RESULT_FILE}"))
    contents = {content for result in results for content in _of_result(result)}
    if not contents:
        files = (file for file in path.iterdir() if file.is_file() and not is_litter(file))
        contents = {sha256_of(file) for file in files}
    return tuple(sorted(contents))


def _of_result(result: Path) -> tuple[str, ...]:
    claim = claim_in(result.parent)
    images = () if claim is None else claim.inputs.get(STUDY, ())
    return images or (sha256_of(result),)
