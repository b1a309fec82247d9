"""Fingerprints by which a slice is known again under another name, format, window or turn."""

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np
from scipy.fft import dctn

from multifidus.domain.seen import Recognised, Seen, SeenKind

DIGITS = 32
"""Of a SHA-256, that are kept: 128 bits do not meet by chance."""

GRID = 64
"""A slice is brought to so many cells along each axis before its pattern is taken."""

WAVES = 16
"""So many of the longest waves along each axis make the pattern: 256 bits, one without meaning."""

OF_BRIGHTNESS = (2, 98)
"""Percentiles between which the brightness of the cells counts."""

TINY = np.finfo(float).tiny

MOST_DIFFERENT = 40
"""Bits of 255 by which two patterns of one slice may differ. Measured: the docstring of
`look_of`."""


def image_seen(person: str, plane: np.ndarray) -> Seen | None:
    """The fingerprints of a slice (X, Y); None for one of a single brightness, which has none."""
    ranks = _ranks(plane)
    if not ranks.any():
        return None
    return Seen(person, SeenKind.IMAGE, _sha256_of(ranks), look_of(plane))


def outlines_seen(person: str, labels: np.ndarray) -> Seen | None:
    """The fingerprint of outlines (X, Y), project label values; None where nothing is outlined."""
    if not labels.any():
        return None
    return Seen(person, SeenKind.OUTLINES, _sha256_of(labels.astype(np.uint32)))


def look_of(plane: np.ndarray) -> str:
    """The coarse pattern of a slice, 64 hexadecimal digits.

    The slice becomes 64 x 64 cells whatever its size; their brightness is taken from the 2nd to the
    98th percentile and as a square root, so that scale, window and noise matter little; each bit
    says which way one of the 16 x 16 longest cosine waves goes.
    """
    return np.packbits(_pattern(_in_cells(plane))).tobytes().hex()


class SeenSlices:
    """Everything that weights were taught on, to be asked about a slice."""

    def __init__(self, seen: Iterable[Seen]) -> None:
        listed = list(seen)
        self._by_content = {(one.kind, one.pixels): one.person for one in listed}
        looks = [one for one in listed if one.look]
        self._people = [look.person for look in looks]
        digits = [np.frombuffer(bytes.fromhex(look.look), np.uint8) for look in looks]
        self._looks = np.array(digits, np.uint8).reshape(len(looks), WAVES * WAVES // 8)

    def image(self, plane: np.ndarray) -> Recognised | None:
        """Whether the slice (X, Y) is one of them, or looks like one, turned or mirrored too."""
        ranks = _ranks(plane)
        if not ranks.any() or not self._people:
            return None
        person = self._by_content.get((SeenKind.IMAGE, _sha256_of(ranks)))
        if person is not None:
            return Recognised(person, "the same pixels as")
        for turned in _turned(_in_cells(plane)):
            bits = np.packbits(_pattern(turned))
            different = np.bitwise_count(self._looks ^ bits).sum(axis=1)
            nearest = int(different.argmin())
            if different[nearest] <= MOST_DIFFERENT:
                return Recognised(self._people[nearest], "looks the same as a slice of")
        return None

    def outlines(self, labels: np.ndarray) -> Recognised | None:
        """Whether the outlines (X, Y), project label values, are among them, pixel for pixel."""
        known = outlines_seen("", labels)
        person = None if known is None else self._by_content.get((known.kind, known.pixels))
        return None if person is None else Recognised(person, "the same outlines as")


def _ranks(plane: np.ndarray) -> np.ndarray:
    """Each pixel's place among the grey values that occur: the same whatever scale they have."""
    _, ranks = np.unique(plane, return_inverse=True)
    return ranks.reshape(plane.shape).astype(np.uint32)


def _sha256_of(whole: np.ndarray) -> str:
    """Of shape and content, the same for all eight ways to turn and mirror a slice."""
    digests = []
    for turned in _turned(whole):
        content = np.ascontiguousarray(turned, "<u4")
        digests.append(hashlib.sha256(repr(content.shape).encode() + content.tobytes()).hexdigest())
    return min(digests)[:DIGITS]


def _turned(plane: np.ndarray) -> Iterator[np.ndarray]:
    for mirrored in (plane, plane.T):
        for quarter_turns in range(4):
            yield np.rot90(mirrored, quarter_turns)


def _in_cells(plane: np.ndarray) -> np.ndarray:
    """The slice (X, Y) as (GRID, GRID) means over equal parts of it, brought to 0..1."""
    means = _cells(plane.shape[0]) @ plane.astype(float) @ _cells(plane.shape[1]).T
    low, high = np.percentile(means, OF_BRIGHTNESS)
    return np.asarray(np.sqrt(np.clip((means - low) / max(high - low, TINY), 0, 1)))


def _pattern(cells: np.ndarray) -> np.ndarray:
    """(256,) bool, the first without meaning: whether each wave's coefficient is positive."""
    waves = np.asarray(dctn(cells, norm="ortho"))[:WAVES, :WAVES].ravel() > 0
    waves[0] = False
    return waves


def _cells(pixels: int) -> np.ndarray:
    """(GRID, pixels): how much of each cell every pixel fills, rows adding up to 1."""
    edges = np.arange(GRID + 1) * pixels / GRID
    at = np.arange(pixels)
    filled = np.minimum(edges[1:, None], at + 1) - np.maximum(edges[:-1, None], at)
    return np.asarray(np.clip(filled, 0, None) / (pixels / GRID))
