"""Weights between those that a fit started from and those that it ended with."""

from collections.abc import Mapping

import torch


def part_way(
    start: Mapping[str, torch.Tensor], end: Mapping[str, torch.Tensor], share: float
) -> dict[str, torch.Tensor]:
    """The weights that lie `share` of the way from start to end; 1 is the end.

    A fit on few slices leans towards their anatomy; part of the way keeps more of what the start
    knew of others; `docs/site_border.md` has the figures. Counters, which are whole numbers, are
    those of the end.
    """
    return {
        name: torch.lerp(start[name].to(last), last, share) if last.is_floating_point() else last
        for name, last in end.items()
    }
