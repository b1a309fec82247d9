"""One weights file from settings to bundle: gather the slices, leave people out, fit, save."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from pipeline.domain.errors import InputError, UsageError
from pipeline.training.bundle import export_weights, read_weights, starting_weights, write_weights
from pipeline.training.cases import (
    LabelledSlice,
    along_the_fascia,
    dixon_slices,
    open_slices,
    site_slices,
    without_rim_fat,
)
from pipeline.training.fit import Progress, Sampler, SlicePool, fit, network_of, say_nothing
from pipeline.training.phantoms import PHANTOM, cached_phantoms
from pipeline.training.sagittal import read_sacra, sagittal_slices
from pipeline.training.settings import Origin, TrainingSettings
from pipeline.training.shapes import cached_warps

DEFAULT_WEIGHTS = "model.pt"
"""The weights that a bundle is used with; those of the folds are for its figures alone."""


def train_weights(settings: TrainingSettings, name: str, tell: Progress = say_nothing) -> str:
    """Train the weights file `name` and put it into the bundle; returns its SHA-256.

    Takes up the checkpoint under `settings.runs` where there is one.
    """
    left_out = settings.left_out(name)
    stem = Path(name).stem
    torch.manual_seed(settings.fit.seed)
    network = network_of(settings.bundle)
    people: set[str] = set()
    if settings.start is not None:
        first, before = starting_weights(settings.start, left_out)
        network.load_state_dict(read_weights(settings.start, first))
        people |= set(before)
    pools = pools_of(settings, left_out, settings.shares)
    people |= people_of(pools)
    sampler = Sampler(pools, settings.augmentation)
    weights = fit(network, sampler, settings.fit, settings.runs / f"{stem}.ckpt", tell)

    finish = settings.finish
    if finish is not None:
        network.load_state_dict(weights)
        last = replace(settings.fit, steps=finish.steps, learning_rate=finish.learning_rate)
        wider = replace(settings, phantom_slices=finish.phantom_slices or settings.phantom_slices)
        pools = pools_of(wider, left_out, finish.shares)
        people |= people_of(pools)
        if finish.without_rim_fat:
            pools = [SlicePool(p.share, [without_rim_fat(case) for case in p.cases]) for p in pools]
        sampler = Sampler(pools, settings.augmentation)
        weights = fit(network, sampler, last, settings.runs / f"{stem}_finish.ckpt", tell)
    assert not people & set(left_out)
    digest = write_weights(settings.bundle, name, weights, note_of(left_out), people)
    if name == DEFAULT_WEIGHTS:
        export_weights(settings.bundle, name)
    return digest


def pools_of(
    settings: TrainingSettings, left_out: Collection[str], shares: Mapping[Origin, float]
) -> list[SlicePool]:
    """The slices of each origin that has a share, without those people's."""
    labelled = labelled_slices(settings)
    real = {origin: without(cases, left_out) for origin, cases in labelled.items()}
    pools = []
    for origin, share in shares.items():
        if origin == "phantom":
            count, seed = settings.phantoms, settings.fit.seed
            across = settings.phantom_slices
            cases = cached_phantoms(settings.task, count, seed, settings.runs, across)
        elif origin == "warped":
            cases = without(
                cached_warps(
                    [*real["dixon"], *real["open"]],
                    settings.data / "muscle_shapes_l4l5",
                    settings.runs / "warped",
                    settings.fit.seed,
                    settings.outline_labels,
                    left_out,
                ),
                left_out,
            )
        elif origin in real:
            cases = real[origin]
            if settings.outline_labels and origin == "dixon":
                cases = [along_the_fascia(case) for case in cases]
        else:
            raise UsageError(f"a {settings.task} bundle draws no slices from '{origin}'")
        pools.append(SlicePool(share, cases))
    return pools


def people_of(pools: Sequence[SlicePool]) -> set[str]:
    """Everyone whose slices the pools hold, simulated people left aside."""
    subjects = {case.subject for pool in pools if pool.share > 0 for case in pool.cases}
    return {subject for subject in subjects if not subject.startswith(PHANTOM)}


def without(cases: Sequence[LabelledSlice], people: Collection[str]) -> list[LabelledSlice]:
    """The slices of everybody else."""
    return [case for case in cases if case.subject not in set(people)]


def note_of(left_out: Collection[str]) -> str:
    """The sentence that goes with weights wherever their results are shown."""
    if not left_out:
        return "trained on everyone; no person of the training data is unseen"
    return f"has not seen {', '.join(left_out)}"


def labelled_slices(settings: TrainingSettings) -> dict[Origin, list[LabelledSlice]]:
    """The real slices that the task learns from, by origin; raises InputError for a stranger."""
    origins = set(settings.shares) | set(settings.finish.shares if settings.finish else ())
    found: dict[Origin, list[LabelledSlice]] = {}
    if settings.task == "vertebrae":
        sacra = {} if settings.sacra is None else read_sacra(settings.sacra)
        folder = settings.data / "sagittal_levels"
        found["sagittal_water"] = sagittal_slices(folder / "water", sacra)
        found["sagittal_t2"] = sagittal_slices(folder / "t2", sacra)
    elif origins & {"dixon", "open", "warped"}:
        found["dixon"] = dixon_slices(settings.data / "mri_dixon")
        found["open"] = open_slices(settings.data / "mri_l4l5_open")
    if settings.table is not None:
        found["site"] = site_slices(settings.table)
    known = {case.subject for cases in found.values() for case in cases}
    unknown = {p for people in settings.weights.values() for p in people} - known
    if unknown:
        where = settings.table or settings.data
        raise InputError(f"people to leave out are not in {where}: {sorted(unknown)}")
    return found
