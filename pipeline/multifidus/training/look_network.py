"""A small network that turns one image into another of the same slice."""

from collections.abc import Sequence

import torch
from torch import nn

FIRST, CHANNELS = 16, (24, 32, 48, 64)
"""Channels at full size, and each time the size is halved."""

PIXELS = 2 ** len(CHANNELS)
"""An image has a multiple of so many pixels along each axis."""

KEPT = 0.5
"""Of the image itself, that the answer starts from."""


class LookNetwork(nn.Module):
    """Images (B, 1, X, Y), X and Y multiples of `PIXELS`, to images of that shape."""

    def __init__(self, first: int = FIRST, channels: Sequence[int] = CHANNELS) -> None:
        super().__init__()
        widths = list(zip((first, *channels), channels, strict=False))
        self.entrance = _block(1, first)
        self.down = nn.ModuleList(
            nn.Sequential(_block(before, after, stride=2), _block(after, after))
            for before, after in widths
        )
        self.up = nn.ModuleList(_block(before + after, before) for before, after in widths)
        self.exit = nn.Conv2d(first, 1, kernel_size=1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """The image in its other look."""
        features = [self.entrance(image)]
        for down in self.down:
            features.append(down(features[-1]))
        answer = features.pop()
        for up in reversed(self.up):
            wider = nn.functional.interpolate(answer, scale_factor=2.0, mode="bilinear")
            answer = up(torch.cat([wider, features.pop()], dim=1))
        return torch.as_tensor(self.exit(answer) + KEPT * image)


def _block(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, kernel_size=3, stride=stride, padding=1),
        nn.InstanceNorm2d(after, affine=True),
        nn.LeakyReLU(0.1),
    )
