"""What a first fit's answers agree on where nobody outlined: the labels of a second one."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from multifidus.domain.errors import InputError
from multifidus.files.atomic import whole_file
from multifidus.training.cases import LabelledSlice
from multifidus.training.consensus import (
    Consensus,
    View,
    answers_of,
    consensus_of,
    plain_view,
    views_of,
)
from multifidus.training.couples import Couple
from multifidus.training.plain_slices import PlainSlice
from multifidus.training.stage_settings import Origin
from multifidus.training.stages import Stage
from multifidus.training.t2_look import T2Look
from multifidus.training.unlabelled import Unlabelled


def agreed_slices(
    network: torch.nn.Module, unlabelled: Unlabelled, look: T2Look | None, stage: Stage
) -> dict[Origin, list[LabelledSlice]]:
    """T1 and T2 slices with the labels that the network's answers agree on; else IGNORED.

    stage: one of self-training. What the same weights answered on the same images before is taken
    up from its runs. Raises InputError where the answers agree on no slice.
    """
    how = stage.self_training
    if how is None:
        return {}
    name = f"{stage.name}_{_digest(network, unlabelled, look)}.npz"
    kept = stage.settings.runs / name
    if not kept.exists():
        network_mm = stage.settings.augmentation.patch_pixel_mm
        _keep(sought(network, unlabelled, look, network_mm), kept)
    cases: dict[Origin, list[LabelledSlice]] = {"unlabelled_t1": [], "unlabelled_t2": []}
    for one, consensus in zip(unlabelled.slices, _kept(kept), strict=True):
        if consensus.agreement >= how.least_agreement:
            origin: Origin = "unlabelled_t2" if one.is_t2 else "unlabelled_t1"
            cases[origin].append(one.labelled(consensus.labels, consensus.weight))
    if not any(cases.values()):
        raise InputError(
            f"self_training: on none of {len(unlabelled.slices)} slices do the first fit's answers "
            f"agree to {how.least_agreement}; train it longer, or lower least_agreement"
        )
    return cases


def sought(
    network: torch.nn.Module, unlabelled: Unlabelled, look: T2Look | None, network_mm: float
) -> list[Consensus]:
    """The consensus on each of the slices. network_mm: between pixels, as the network is taught."""
    answer = answers_of(network.eval())
    partners = _partners(unlabelled.couples)
    return [
        consensus_of(_views(one, partners.get(one.name), look), one.pixel_mm, network_mm, answer)
        for one in unlabelled.slices
    ]


def _partners(couples: Sequence[Couple]) -> dict[str, PlainSlice]:
    """Each coupled image's other one, by its name."""
    both = [couple.both for couple in couples]
    return {one.name: other for t1, t2 in both for one, other in ((t1, t2), (t2, t1))}


def _views(one: PlainSlice, partner: PlainSlice | None, look: T2Look | None) -> list[View]:
    """The slice in its views, and its partner: a T1 image in all of its own, a T2 image as it is.

    T1 images are those that readers outlined, so that the first fit knows them best.
    """
    views = _own_views(one, look)
    if partner is None:
        return views
    return views + ([plain_view(partner.image)] if partner.is_t2 else _own_views(partner, look))


def _own_views(one: PlainSlice, look: T2Look | None) -> list[View]:
    looks_t2 = None if look is None or one.is_t2 else look.of(one.image)
    return views_of(one.image, one.is_t2, looks_t2)


def _digest(network: torch.nn.Module, unlabelled: Unlabelled, look: T2Look | None) -> str:
    """Of everything that the consensus follows from."""
    digest = hashlib.sha256()
    for weights in (network, *([look.network] if look else [])):
        for key, value in weights.state_dict().items():
            digest.update(key.encode() + value.detach().contiguous().numpy().tobytes())
    digest.update(repr([(c.t1.name, c.t2.name) for c in unlabelled.couples]).encode())
    for one in unlabelled.slices:
        digest.update(repr((one.name, one.is_t2, one.pixel_mm)).encode() + one.image.tobytes())
    return digest.hexdigest()[:12]


def _keep(agreed: Sequence[Consensus], path: Path) -> None:
    arrays = {f"labels_{i}": consensus.labels for i, consensus in enumerate(agreed)}
    agreement = np.array([consensus.agreement for consensus in agreed])
    with whole_file(path) as partial:
        np.savez_compressed(partial, allow_pickle=False, agreement=agreement, **arrays)


def _kept(path: Path) -> list[Consensus]:
    with np.load(path) as saved:
        return [
            Consensus(saved[f"labels_{i}"], float(agreement))
            for i, agreement in enumerate(saved["agreement"])
        ]
