"""One weights file from settings to bundle: gather the slices, leave people out, fit, save."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from pipeline.domain.errors import InputError
from pipeline.training.bundle import write_weights
from pipeline.training.cases import (
    LabelledSlice,
    dixon_slices,
    open_slices,
    sagittal_slices,
    without_rim_fat,
)
from pipeline.training.fit import Pool, Sampler, fit, network_of
from pipeline.training.phantoms import cached_phantoms
from pipeline.training.settings import PoolShares, TrainingSettings
from pipeline.training.shapes import cached_warps


def train_weights(settings: TrainingSettings, name: str) -> str:
    """Train the weights file `name` and put it into the bundle; returns its SHA-256.

    Takes up the checkpoint under `settings.runs` where there is one.
    """
    left_out = settings.weights[name]
    stem = Path(name).stem
    torch.manual_seed(settings.fit.seed)
    network = network_of(settings.bundle)
    sampler = Sampler(pools_of(settings, left_out, settings.shares), settings.augmentation)
    weights = fit(network, sampler, settings.fit, settings.runs / f"{stem}.ckpt")

    network.load_state_dict(weights)
    finish = settings.finish
    last = replace(settings.fit, steps=finish.steps, learning_rate=finish.learning_rate)
    pools = pools_of(settings, left_out, finish.shares)
    if finish.without_rim_fat:
        pools = [Pool(p.share, [without_rim_fat(case) for case in p.cases]) for p in pools]
    sampler = Sampler(pools, settings.augmentation)
    weights = fit(network, sampler, last, settings.runs / f"{stem}_finish.ckpt")
    return write_weights(settings.bundle, name, weights, note_of(left_out))


def pools_of(
    settings: TrainingSettings, left_out: Collection[str], shares: PoolShares
) -> list[Pool]:
    """Real slices, the same warped onto real outlines, and phantoms, without those people."""
    originals = without(_labelled(settings), left_out)
    warped: Sequence[LabelledSlice] = ()
    if shares.warped > 0:
        outlines = settings.data / "muscle_shapes_l4l5"
        cache = settings.runs / "warped"
        warped = without(cached_warps(originals, outlines, cache, settings.fit.seed), left_out)
    phantoms = cached_phantoms(settings.task, settings.phantoms, settings.fit.seed, settings.runs)
    return [
        Pool(shares.original, originals),
        Pool(shares.warped, warped),
        Pool(shares.phantom, phantoms),
    ]


def without(cases: Sequence[LabelledSlice], people: Collection[str]) -> list[LabelledSlice]:
    """The slices of everybody else."""
    return [case for case in cases if case.subject not in set(people)]


def note_of(left_out: Collection[str]) -> str:
    """The sentence that goes with weights wherever their results are shown."""
    if not left_out:
        return "trained on everyone; no person of the training data is unseen"
    return f"has not seen {', '.join(left_out)}"


def _labelled(settings: TrainingSettings) -> list[LabelledSlice]:
    if settings.task == "muscles":
        cases = dixon_slices(settings.data / "mri_dixon")
        cases += open_slices(settings.data / "mri_l4l5_open")
    else:
        cases = sagittal_slices(settings.data / "sagittal_levels")
    unknown = {p for people in settings.weights.values() for p in people}
    unknown -= {case.subject for case in cases}
    if unknown:
        raise InputError(f"people to leave out are not in {settings.data}: {sorted(unknown)}")
    return cases
