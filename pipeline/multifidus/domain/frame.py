"""A flat image with a scale but no place in the person, as ultrasound gives."""

from dataclasses import dataclass

import numpy as np

from multifidus.domain.errors import GeometryError, InputError


@dataclass(frozen=True, eq=False)
class Frame:
    """One flat image of one channel, stored as it is shown.

    pixels: (rows, columns) float32, read-only, every value finite; row 0 is the upper edge and
    column 0 the left edge of the picture, so that x grows to the right along the columns and y
    downwards along the rows. What is right or left in the person is not known. An array that is
    float32 and read-only already is taken over, any other is copied.

    mm_per_pixel: (x, y), from one pixel's centre to the next, above 0; None where the image is not
    calibrated, so that nothing in it can be told in mm.

    Raises InputError for pixels that are no such image, GeometryError for an impossible scale.
    """

    pixels: np.ndarray
    mm_per_pixel: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", _checked(self.pixels))
        if self.mm_per_pixel is not None:
            scale = tuple(float(mm) for mm in self.mm_per_pixel)
            if len(scale) != 2 or not all(np.isfinite(mm) and mm > 0 for mm in scale):
                raise GeometryError(
                    f"mm per pixel are two numbers above 0, along x and y, not {scale}; "
                    "leave them out where the image states no scale"
                )
            object.__setattr__(self, "mm_per_pixel", scale)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.pixels.shape
        return rows, columns

    @property
    def scale_mm(self) -> tuple[float, float]:
        """Mm per pixel along x and y. Raises GeometryError where the image is not calibrated."""
        if self.mm_per_pixel is None:
            raise GeometryError(
                "the image states no scale: nothing in it can be told in mm; give the mm per pixel"
            )
        return self.mm_per_pixel

    @property
    def pixel_area_mm2(self) -> float:
        """Area of one pixel. Raises GeometryError where the image is not calibrated."""
        x_mm, y_mm = self.scale_mm
        return x_mm * y_mm

    def distance_mm(self, start: tuple[float, float], end: tuple[float, float]) -> float:
        """The length between two places (x, y) in pixels; fractions of pixels may be given.

        Raises GeometryError where the image is not calibrated.
        """
        x_mm, y_mm = self.scale_mm
        return float(np.hypot((end[0] - start[0]) * x_mm, (end[1] - start[1]) * y_mm))


def _checked(given: np.ndarray) -> np.ndarray:
    given = np.asarray(given)
    if given.ndim != 2 or not given.size:
        raise InputError(
            f"a flat image has rows and columns of one channel, not the shape {given.shape}; "
            "give one frame, in grey"
        )
    is_safe = given.dtype == np.float32 and not given.flags.writeable
    pixels = given if is_safe else np.array(given, np.float32)
    if not np.isfinite(pixels).all():
        count = int((~np.isfinite(pixels)).sum())
        raise InputError(
            f"{count} of {pixels.size} pixels are NaN or infinite; repair the image first"
        )
    pixels.setflags(write=False)
    return pixels
