"""What a training is taught on, and whether the people left out are among it under any name."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.seen import Recognised, Seen
from multifidus.files.training_images import SEEN_FILE, read_seen
from multifidus.segmentation.fingerprint import SeenSlices, image_seen, outlines_seen
from multifidus.training.bundle import read_metadata
from multifidus.training.cases import LEFT_ES, LabelledSlice


def seen_of(cases: Iterable[LabelledSlice], with_outlines: bool) -> list[Seen]:
    """The fingerprints of slices, each channel by itself, and of their outlines if asked for."""
    found: list[Seen | None] = []
    for case in cases:
        found += [image_seen(case.subject, channel) for channel in case.channels]
        if with_outlines:
            found.append(outlines_seen(case.subject, muscles_of(case)))
    return [one for one in found if one is not None]


def muscles_of(case: LabelledSlice) -> np.ndarray:
    """The outlines of multifidus and erector spinae alone, as bundles are taught them."""
    return np.where(case.labels <= LEFT_ES, case.labels, 0)


def recognised(case: LabelledSlice, seen: SeenSlices) -> Recognised | None:
    """Whether one of the slice's channels or its outlines are among what was seen."""
    answers = [seen.image(channel) for channel in case.channels]
    answers.append(seen.outlines(muscles_of(case)))
    return next((answer for answer in answers if answer is not None), None)


def require_unseen(
    held_out: Sequence[LabelledSlice], taught: Sequence[LabelledSlice], where: str
) -> None:
    """Raise InputError where a person to leave out is in the data under another name too.

    held_out: their slices. taught: everyone else's.
    """
    seen = SeenSlices(seen_of(taught, with_outlines=False))
    for case in held_out:
        if found := recognised(case, seen):
            raise InputError(
                f"{where}: {case.subject} is to be left out, but a slice is {found}; if they are "
                "one person give both one name, or name them in same_images"
            )


def starting_weights(
    start: Path, left_out: Collection[str], held_out: Sequence[LabelledSlice]
) -> tuple[str, list[str]]:
    """The first weights file of a bundle that has seen none of those people, and whom it has seen.

    held_out: the slices of the people left out, so that they are known under another name too.
    Raises UsageError where every file has seen one of them, or where the bundle does not tell.
    """
    trained_on: dict[str, list[str]] = read_metadata(start).get("weights_trained_on", {})
    why = "it does not say whom its weights have seen"
    for name, people in trained_on.items():
        if not left_out:
            return name, people
        seen = read_seen(start, name)
        known = sorted(set(people) & set(left_out))
        if seen is None:
            why = f"{SEEN_FILE} does not list the images of {name}"
            continue
        slices = SeenSlices(seen)
        found = next((f for case in held_out if (f := recognised(case, slices))), None)
        if not known and found is None:
            return name, people
        why = f"{name} has seen {known[0] if known else f'a slice that is {found}'}"
    raise UsageError(
        f"{start}: no weights there have seen none of {sorted(left_out)}: {why}; start from other "
        "weights"
    )
