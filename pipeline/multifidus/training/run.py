"""One weights file from its settings: gather the slices, leave people out, fit."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import torch

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.seen import Seen
from multifidus.files.atomic import sha256_of
from multifidus.files.paths import INFERENCE, shipped_bundles
from multifidus.files.training_images import read_seen
from multifidus.segmentation.fingerprint import outlines_seen
from multifidus.training.borders import with_open_fat, without_rim_fat
from multifidus.training.bundle import Trained, read_weights
from multifidus.training.cases import LabelledSlice
from multifidus.training.fit import (
    Progress,
    Sampler,
    SlicePool,
    fit,
    network_of,
    require_same_fit,
    say_nothing,
    taught_sha256,
)
from multifidus.training.gathering import labelled_slices, without
from multifidus.training.part_way import part_way
from multifidus.training.phantoms import PHANTOM, cached_phantoms
from multifidus.training.seen import require_unseen, seen_of, starting_weights
from multifidus.training.self_training import agreed_slices
from multifidus.training.settings import TrainingSettings
from multifidus.training.shapes import OUTLINES_FOLDER, cached_warps, named_outlines
from multifidus.training.stage_settings import Origin
from multifidus.training.stages import stages_of
from multifidus.training.t2_look import T2Look, learned_look
from multifidus.training.unlabelled import NOTHING, Unlabelled, unlabelled_of

LOOKED: tuple[Origin, ...] = ("pairs", "exact", "unlabelled_t1")
"""Origins whose T1 slices a T2 look is learned for: all of one scanner's protocol."""

MOST_NAMED = 12
"""So many people are named wherever results of weights are shown; of more, their number is."""


def train_weights(settings: TrainingSettings, name: str, tell: Progress = say_nothing) -> Trained:
    """Train the weights that go into the file `name`; nothing is written into the bundle.

    Takes up the checkpoint under `settings.runs` where there is one. Raises InputError where a
    person left out is among those taught under another name, UsageError where all weights to start
    from have seen one, or where there are none to go part of the way from.
    """
    if settings.part_way < 1 and settings.start is None:
        raise UsageError("part_way below 1 needs a bundle to start from: start")
    settings = settings.for_weights(name)
    left_out = settings.left_out(name)
    labelled, unlabelled = labelled_slices(settings), unlabelled_of(settings, left_out)
    everyone = [case for cases in labelled.values() for case in cases]
    held_out = [case for case in everyone if case.subject in left_out]
    others = [*without(everyone, left_out), *unlabelled.cases]
    require_unseen(held_out, others, str(settings.table or settings.data))
    torch.set_num_threads(settings.fit.threads)
    look = None
    if settings.t2_look is not None:
        look = learned_look(unlabelled.couples, settings.t2_look, settings.runs)
    torch.manual_seed(settings.fit.seed)
    network = network_of(configuration_of(settings))
    seen: list[Seen] = []
    start_sha256 = ""
    people = unlabelled.people
    if settings.start is not None:
        first, before = starting_weights(settings.start, left_out, held_out)
        network.load_state_dict(read_weights(settings.start, first))
        start_sha256 = sha256_of(settings.start / "models" / first)
        seen += read_seen(settings.start, first) or []
        people |= set(before)
    drawn = seen_in_fits(settings, left_out, labelled, unlabelled)
    images = [(one.person, one.pixels) for one in (*seen, *drawn)]
    what = (settings.task, left_out, images, settings.t2_look, start_sha256)
    weights: Mapping[str, torch.Tensor] = network.state_dict()
    for stage in stages_of(settings, Path(name).stem):
        network.load_state_dict(weights)
        agreed = agreed_slices(network, unlabelled, look, stage)
        pools = pools_of(stage.settings, left_out, stage.settings.shares, agreed, look)
        people |= people_of(pools)
        if stage.without_rim_fat:
            pools = [SlicePool(p.share, [without_rim_fat(case) for case in p.cases]) for p in pools]
        checkpoint = settings.runs / f"{stage.name}.ckpt"
        taught = (what, stage.self_training, stage.without_rim_fat, taught_sha256(pools))
        require_same_fit(checkpoint, stage.settings, repr(taught))
        sampler = Sampler(pools, settings.augmentation)
        weights = fit(network, sampler, stage.settings.fit, checkpoint, tell)
    if settings.start is not None and settings.part_way < 1:
        weights = part_way(read_weights(settings.start, first), weights, settings.part_way)
    require_left_out(name, people, left_out)
    note = note_of(left_out)
    return Trained(name, weights, note, frozenset(people), tuple(dict.fromkeys([*seen, *drawn])))


def require_left_out(name: str, people: Collection[str], left_out: Collection[str]) -> None:
    """Raise InputError, naming them, where weights have seen people whom they leave out."""
    leaked = sorted(set(people) & set(left_out))
    if leaked:
        raise InputError(f"{name}: has seen {', '.join(leaked)}, whom it should leave out")


def configuration_of(settings: TrainingSettings) -> Path:
    """The bundle that defines the network: until it is there, the one to start from or to be like.

    Raises UsageError where there is none.
    """
    for bundle in (settings.bundle, settings.start, settings.like):
        if bundle is not None and (bundle / INFERENCE).is_file():
            return bundle
    named = {"start": settings.start, "like": settings.like}
    there = ", ".join(shipped_bundles())
    for setting, bundle in named.items():
        if bundle is not None:
            raise UsageError(
                f"{setting}: {bundle} is no bundle; give the name of a shipped one ({there}), or a "
                "path, which is taken from the folder of the settings file"
            )
    raise UsageError(
        f"{settings.bundle}: no such bundle; name one to start from (start), or one whose "
        "configuration the new one takes (like)"
    )


def seen_in_fits(
    settings: TrainingSettings,
    left_out: Collection[str],
    labelled: Mapping[Origin, Sequence[LabelledSlice]],
    unlabelled: Unlabelled = NOTHING,
) -> list[Seen]:
    """The fingerprints of every real slice, and of every outline, that the fits may draw.

    And of those without outlines, which teach the T2 look or self-training.
    """
    drawn = settings.origins_drawn
    if "warped" in drawn:
        drawn |= {"dixon", "open"}
    muscles = settings.task == "muscles"
    found: list[Seen] = []
    for origin, cases in labelled.items():
        if origin in drawn:
            found += seen_of(without(cases, left_out), with_outlines=muscles)
    if "warped" in drawn:
        for person, outlines in named_outlines(settings.data / OUTLINES_FOLDER, left_out):
            found += [one for one in [outlines_seen(person, outlines)] if one]
    found += seen_of(unlabelled.cases, with_outlines=False)
    return list(dict.fromkeys(found))


def pools_of(
    settings: TrainingSettings,
    left_out: Collection[str],
    shares: Mapping[Origin, float],
    agreed: Mapping[Origin, Sequence[LabelledSlice]] | None = None,
    look: T2Look | None = None,
) -> list[SlicePool]:
    """The slices of each origin that has a share, without those people's.

    agreed: slices without outlines, by origin. look: T1 slices have it beside them.
    """
    labelled = labelled_slices(settings)
    known = labelled | dict(agreed or {})
    real = {origin: without(cases, left_out) for origin, cases in known.items()}
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
                    settings.data / OUTLINES_FOLDER,
                    settings.runs / "warped",
                    settings.fit.seed,
                    settings.outline_labels,
                    left_out,
                ),
                left_out,
            )
        elif origin in real:
            cases = real[origin]
            if settings.open_fat and origin == "dixon":
                cases = [with_open_fat(case) for case in cases]
            if look is not None and origin in LOOKED:
                cases = [look.on(case) for case in cases]
        else:
            raise UsageError(f"a {settings.task} bundle draws no slices from '{origin}'")
        pools.append(SlicePool(share, cases))
    return pools


def people_of(pools: Sequence[SlicePool]) -> set[str]:
    """Everyone whose slices the pools hold, simulated people left aside."""
    subjects = {case.subject for pool in pools if pool.share > 0 for case in pool.cases}
    return {subject for subject in subjects if not subject.startswith(PHANTOM)}


def note_of(left_out: Collection[str]) -> str:
    """The sentence that goes with weights wherever their results are shown."""
    if not left_out:
        return "trained on everyone; no person of the training data is unseen"
    if len(left_out) > MOST_NAMED:
        return f"has not seen {len(left_out)} people of the training data; configs/train.json"
    return f"has not seen {', '.join(left_out)}"
