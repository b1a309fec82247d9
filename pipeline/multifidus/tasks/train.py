"""A whole training from its settings: every weights file, the bundle around them, the figures."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.files.atomic import whole_folder
from multifidus.files.paths import INFERENCE
from multifidus.segmentation.bundle import open_bundle
from multifidus.training.bundle import (
    DEFAULT_WEIGHTS,
    write_figures,
    write_new_bundle,
    write_trained,
    write_training_config,
)
from multifidus.training.card import DIXON_PEOPLE, muscles_card, table_card, vertebrae_card
from multifidus.training.fit import Progress, say_nothing
from multifidus.training.gathering import PAIRS, has_own_pairs
from multifidus.training.own_pairs import require_same_source, write_own_pairs
from multifidus.training.own_version import write_own_version
from multifidus.training.run import configuration_of, train_weights
from multifidus.training.settings import TrainingSettings
from multifidus.training.stages import FINISH, SELF_TRAINING


def train(
    settings: TrainingSettings, hold_out: str | None = None, tell: Progress = say_nothing
) -> list[str]:
    """Train the bundle's weights files, or only those that leave that person out; their names.

    A bundle that is not there yet takes its configuration from `settings.start`, or from
    `settings.like`. Nothing is written
    into the bundle before every fit has come to its end. tell: called with the weights file, the
    step, the number of steps and the mean loss since the last call. Raises UsageError for a person
    whom no weights leave out, InputError for data that cannot be read.
    """
    names = weights_wanted(settings, hold_out)
    configuration_of(settings)
    trained = [train_weights(settings, name, tell) for name in names]
    with _written_whole(settings) as folder:
        for weights in trained:
            write_trained(folder, weights)
        if settings.table is not None:
            write_own_version(folder)
        write_training_config(folder, settings)
    return names


def on_own_data(
    settings: TrainingSettings, data: Path, tell: Callable[[str], None]
) -> TrainingSettings:
    """The settings with another folder of data; images and label maps in it are paired first.

    Where pairs are asked for and the folder has no `pairs.csv`, what was downloaded into it is
    paired by the outlines of the bundle that the new one is configured as; the pairs are kept
    under `settings.runs` and taken up again. tell: called with lines for the reader. Raises
    UsageError for no folder and where the pairs kept are of another one, InputError as
    `write_own_pairs`.
    """
    if not data.is_dir():
        raise UsageError(f"{data}: no such folder")
    data = data.absolute()
    is_layout = has_own_pairs(data) or (data / PAIRS).is_dir()
    if is_layout or "pairs" not in settings.shares:
        return replace(settings, data=data)
    target = settings.runs / "pairs"
    if has_own_pairs(target):
        require_same_source(target, data)
        tell(f"{target / 'pairs.csv'}: pairs of an earlier call; delete {target} to pair anew")
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        bundle = open_bundle(settings.like or settings.start or settings.bundle, DEFAULT_WEIGHTS)
        write_own_pairs(data, bundle, target, tell)
        tell(f"{target / 'pairs.csv'}: the pairs; {target / 'unsure.csv'}: those left out")
    return replace(settings, data=target)


@contextmanager
def _written_whole(settings: TrainingSettings) -> Iterator[Path]:
    """The folder of the bundle to write to; a new one appears whole or not at all."""
    other = settings.start or settings.like
    if other is None or (settings.bundle / INFERENCE).is_file():
        yield settings.bundle
        return
    with whole_folder(settings.bundle) as folder:
        write_new_bundle(folder, other, settings.bundle.name, from_nothing=settings.start is None)
        yield folder


def evaluate(settings: TrainingSettings, names: Sequence[str]) -> str:
    """The figures of the weights on the people they never saw, as Markdown.

    They are entered in the bundle's metadata, and in its model card when all weights are evaluated.
    """
    markdown = "\n\n".join(_cards(settings, names))
    if set(names) == set(settings.weights):
        write_figures(settings.bundle, markdown)
    return markdown


def _cards(settings: TrainingSettings, names: Sequence[str]) -> list[str]:
    """The tables of the people left out: the two Dixon people's apart from everybody else's."""
    if settings.task == "vertebrae":
        return [vertebrae_card(settings, names)]
    left_out = {person for name in names for person in settings.people_left_out(name)}
    of_dixon = [muscles_card(settings, names)] if left_out & DIXON_PEOPLE else []
    of_others = [table_card(settings, names)] if left_out - DIXON_PEOPLE or not of_dixon else []
    return of_dixon + of_others


def weights_wanted(settings: TrainingSettings, hold_out: str | None) -> list[str]:
    """Names of all weights files, or of those that leave that person out."""
    left_out = {name: settings.people_left_out(name) for name in settings.weights}
    names = [n for n, people in left_out.items() if hold_out is None or hold_out in people]
    if not names:
        everyone = sorted({person for people in left_out.values() for person in people})
        raise UsageError(f"no weights leave '{hold_out}' out; people left out: {everyone}")
    return names


def losses_of(settings: TrainingSettings) -> dict[str, tuple[tuple[int, float], ...]]:
    """Step and mean loss over each fit that has begun, from its log of JSON lines, by fit."""
    losses = {}
    for name in settings.weights:
        stem = Path(name).stem
        for fit in (stem, stem + SELF_TRAINING, stem + FINISH):
            path = settings.runs / f"{fit}.log"
            if path.is_file():
                lines = path.read_text(encoding="utf-8").splitlines()
                told = [json.loads(line) for line in lines]
                losses[fit] = tuple((one["step"], one["mean_loss"]) for one in told)
    return losses
