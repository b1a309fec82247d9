"""One weights file from its settings: gather the slices, leave people out, fit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.seen import Seen
from multifidus.files.paths import INFERENCE, shipped_bundles
from multifidus.files.training_images import read_seen
from multifidus.segmentation.fingerprint import outlines_seen
from multifidus.training.bundle import Trained, read_weights
from multifidus.training.cases import (
    LabelledSlice,
    along_the_fascia,
    dixon_slices,
    open_slices,
    site_slices,
    without_rim_fat,
)
from multifidus.training.fit import (
    Progress,
    Sampler,
    SlicePool,
    fit,
    network_of,
    require_same_fit,
    say_nothing,
)
from multifidus.training.part_way import part_way
from multifidus.training.phantoms import PHANTOM, cached_phantoms
from multifidus.training.sagittal import read_sacra, sagittal_slices
from multifidus.training.seen import require_unseen, seen_of, starting_weights
from multifidus.training.settings import Origin, TrainingSettings
from multifidus.training.shapes import OUTLINES_FOLDER, cached_warps, named_outlines


def train_weights(settings: TrainingSettings, name: str, tell: Progress = say_nothing) -> Trained:
    """Train the weights that go into the file `name`; nothing is written into the bundle.

    Takes up the checkpoint under `settings.runs` where there is one. Raises InputError where a
    person left out is among those taught under another name, UsageError where all weights to start
    from have seen one, or where there are none to go part of the way from.
    """
    if settings.part_way < 1 and settings.start is None:
        raise UsageError("part_way below 1 needs a bundle to start from: start")
    left_out = settings.left_out(name)
    labelled = labelled_slices(settings)
    everyone = [case for cases in labelled.values() for case in cases]
    held_out = [case for case in everyone if case.subject in left_out]
    require_unseen(held_out, without(everyone, left_out), str(settings.table or settings.data))
    torch.manual_seed(settings.fit.seed)
    network = network_of(configuration_of(settings))
    seen: list[Seen] = []
    people: set[str] = set()
    if settings.start is not None:
        first, before = starting_weights(settings.start, left_out, held_out)
        network.load_state_dict(read_weights(settings.start, first))
        seen += read_seen(settings.start, first) or []
        people |= set(before)
    taught = seen_in_fits(settings, left_out, labelled)
    what = repr((settings.task, left_out, [(one.person, one.pixels) for one in (*seen, *taught)]))
    weights: Mapping[str, torch.Tensor] = network.state_dict()
    for stage in stages_of(settings, Path(name).stem):
        network.load_state_dict(weights)
        pools = pools_of(stage.settings, left_out, stage.settings.shares)
        people |= people_of(pools)
        if stage.without_rim_fat:
            pools = [SlicePool(p.share, [without_rim_fat(case) for case in p.cases]) for p in pools]
        checkpoint = settings.runs / f"{stage.name}.ckpt"
        require_same_fit(checkpoint, stage.settings, what)
        sampler = Sampler(pools, settings.augmentation)
        weights = fit(network, sampler, stage.settings.fit, checkpoint, tell)
    if settings.start is not None and settings.part_way < 1:
        weights = part_way(read_weights(settings.start, first), weights, settings.part_way)
    require_left_out(name, people, left_out)
    note = note_of(left_out)
    return Trained(name, weights, note, frozenset(people), tuple(dict.fromkeys([*seen, *taught])))


def require_left_out(name: str, people: Collection[str], left_out: Collection[str]) -> None:
    """Raise InputError, naming them, where weights have seen people whom they leave out."""
    leaked = sorted(set(people) & set(left_out))
    if leaked:
        raise InputError(f"{name}: has seen {', '.join(leaked)}, whom it should leave out")


@dataclass(frozen=True)
class Stage:
    """One fit of the one or two that a weights file goes through, with its own settings."""

    name: str
    settings: TrainingSettings
    without_rim_fat: bool = False


def stages_of(settings: TrainingSettings, stem: str) -> list[Stage]:
    """The first fit and, where the settings ask for it, the one that finishes."""
    finish = settings.finish
    if finish is None:
        return [Stage(stem, settings)]
    last = replace(
        settings,
        fit=replace(settings.fit, steps=finish.steps, learning_rate=finish.learning_rate),
        shares=finish.shares,
        phantom_slices=finish.phantom_slices or settings.phantom_slices,
    )
    return [Stage(stem, settings), Stage(f"{stem}_finish", last, finish.without_rim_fat)]


def configuration_of(settings: TrainingSettings) -> Path:
    """The bundle that defines the network: until it is there, the one to start from.

    Raises UsageError where there is neither.
    """
    for bundle in (settings.bundle, settings.start):
        if bundle is not None and (bundle / INFERENCE).is_file():
            return bundle
    if settings.start is None:
        raise UsageError(f"{settings.bundle}: no such bundle; name one to start from: start")
    there = ", ".join(shipped_bundles())
    raise UsageError(
        f"start: {settings.start} is no bundle; give the name of a shipped one ({there}), or a "
        "path, which is taken from the folder of the settings file"
    )


def seen_in_fits(
    settings: TrainingSettings,
    left_out: Collection[str],
    labelled: Mapping[Origin, Sequence[LabelledSlice]],
) -> list[Seen]:
    """The fingerprints of every real slice, and of every outline, that the fits may draw."""
    shares = [settings.shares, *([settings.finish.shares] if settings.finish else [])]
    drawn = {origin for one in shares for origin, share in one.items() if share > 0}
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
    return list(dict.fromkeys(found))


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
        _require_folders(settings.data, "sagittal_levels")
        folder = settings.data / "sagittal_levels"
        found["sagittal_water"] = sagittal_slices(folder / "water", sacra)
        found["sagittal_t2"] = sagittal_slices(folder / "t2", sacra)
    elif origins & {"dixon", "open", "warped"}:
        _require_folders(settings.data, "mri_dixon", "mri_l4l5_open")
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


def _require_folders(data: Path, *names: str) -> None:
    for name in names:
        if not (data / name).is_dir():
            raise InputError(
                f"{data / name}: no such folder; 'data' of the settings names the folder above it, "
                "from the folder of the settings file"
            )
