"""How the contrasts of an axial stack come together, and what of them tells fat."""

from collections.abc import Sequence
from dataclasses import replace

from multifidus.domain.errors import InputError
from multifidus.domain.settings import FatSettings
from multifidus.domain.study import (
    ECHOES,
    WATER_AND_FAT,
    FractionScale,
    Series,
    SeriesRole,
    Study,
)
from multifidus.domain.volume import LabelMap, Volume
from multifidus.muscle.fat import cut_off_by_window, signal_fat
from multifidus.muscle.fat.dixon import fat_fraction_image, two_point
from multifidus.muscle.fat.fraction_map import FractionMap, SeveralSources, fraction_map
from multifidus.muscle.fat.noise import noise_deviation
from multifidus.muscle.fat.pdff import why_no_pdff
from multifidus.muscle.fat.source import FatSource
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.muscle.measure import inside_body
from multifidus.study.images import MAP_ALONE, TELLING_BRIGHTNESS, AxialImages, measured_mr_roles
from multifidus.study.pairing import of_the_same_stack, paired

NOT_STATED = FractionScale(None, "nothing is stated")


def axial_stacks(study: Study, to_outline: bool = True) -> tuple[AxialImages, ...]:
    """The images of the roles that are measured, stack by stack where the slices lie in several.

    to_outline: with the images that are only outlined on, such as the fraction of every voxel.
    Raises InputError where there are none, and GeometryError where water and fat do not lie on one
    grid.
    """
    roles = measured_mr_roles(study)
    leading, *others = (study.stacks_with_role(role) for role in roles)
    return tuple(
        _with_map(
            _images_of(
                roles, [one, *(of_the_same_stack(one, stacks) for stacks in others)], to_outline
            ),
            study,
        )
        for one in leading
    )


def axial_images(study: Study, to_outline: bool = True) -> AxialImages:
    """The images of a study whose axial slices lie in one stack.

    Raises InputError where there are several, and what `axial_stacks` does.
    """
    stacks = axial_stacks(study, to_outline)
    if len(stacks) > 1:
        raise InputError(f"the axial slices lie in {len(stacks)} stacks; give one of them")
    return stacks[0]


def with_signal_fat(axial: AxialImages, labels: LabelMap, settings: FatSettings) -> AxialImages:
    """A T1 or T2 stack with the share of fat that its brightness tells, once muscles are labelled.

    Any other stack, and one that has a fat fraction map, comes back as it is. Where the brightness
    tells no fat, the reason stands in `fat_note` and `no_fat_reason`. Raises GeometryError for
    labels of another grid.
    """
    contrast = TELLING_BRIGHTNESS.get(axial.names[0])
    if axial.fat is not None or contrast is None:
        return axial
    try:
        inside = inside_body(labels, axial.images[0])
        source = signal_fat(axial.images[0], inside, settings)
    except InputError as error:
        return replace(axial, fat_note=f"no fat fraction: {error}", no_fat_reason=str(error))
    notes = (*axial.notes, *cut_off_by_window(axial.images[0], inside))
    note = (
        f"share of fat told by {contrast} brightness, between lean muscle and subcutaneous fat of "
        "the same stack, after correction of the coil's unevenness; no Dixon fraction and no PDFF. "
        "Fluid counts as fat, fat spread evenly through all muscles is missed. Otsu, Gaussian "
        "mixtures, k-means and circles stand beside it to compare with papers that used them"
    )
    return replace(axial, fat=source, fat_note=note, notes=notes)


def _images_of(
    roles: tuple[SeriesRole, ...], series: Sequence[Series], to_outline: bool
) -> AxialImages:
    if roles == WATER_AND_FAT:
        return _of_water_fat(series[0], series[1], to_outline)
    if roles == ECHOES:
        return _of_echoes(*series)
    note = f"no fat fraction: {roles[0]} alone holds no water and fat"
    frame = series[0].summary.frame_of_reference
    return AxialImages((series[0].volume,), (roles[0].value,), None, note, frame)


def _of_water_fat(water: Series, fat: Series, to_outline: bool) -> AxialImages:
    both = paired(water, fat)
    pair = WaterFat(both.water, both.fat, _noise(both.water, both.fat))
    return AxialImages(
        images=(pair.water, pair.fat, *([_fraction_image(pair)] if to_outline else [])),
        names=("water", "fat", "fat fraction")[: 3 if to_outline else 2],
        fat=pair,
        fat_note="signal fat fraction of the Dixon water and fat images; not a PDFF: "
        + why_no_pdff(water.summary.acquisition, two_point=False)
        + ("" if pair.noise else "; the noise floor is not told by the corners of the images"),
        frame_of_reference=water.summary.frame_of_reference,
        notes=both.notes,
        water_fat=pair,
    )


def _noise(water: Volume, fat: Volume) -> tuple[float, float] | None:
    """Noise of both images, None where that of either is not told."""
    deviations = noise_deviation(water.voxels), noise_deviation(fat.voxels)
    return None if None in deviations else deviations  # type: ignore[return-value]


def image_of_map(series: Series) -> AxialImages:
    """A fat fraction map alone, for labels that are given; nothing is outlined on it.

    Raises InputError where its unit is not clear.
    """
    found = fraction_map(series.volume, series.summary.fraction or NOT_STATED)
    frame = series.summary.frame_of_reference
    return AxialImages((found.percent,), MAP_ALONE, found, _map_note(series, found), frame)


def _with_map(axial: AxialImages, study: Study) -> AxialImages:
    """The images with the study's fat fraction map, where one lies on their grid.

    A PDFF leads; another map comes after water and fat. What cannot be used is told in the notes.
    """
    maps = [one for one in study.series if one.role is SeriesRole.AXIAL_FAT_FRACTION]
    fitting = [one for one in maps if one.volume.geometry.is_same_grid(axial.geometry)]
    if not fitting:
        notes = [
            f"{one.summary.series_id}: the fat fraction map lies on another grid than "
            f"{axial.names[0]} and is left out."
            for one in maps
        ]
        return replace(axial, notes=(*axial.notes, *notes))
    if len(fitting) > 1:
        names = ", ".join(one.summary.series_id for one in fitting)
        note = f"{names}: several fat fraction maps of one stack; none is used, name one."
        return replace(axial, notes=(*axial.notes, note))
    series = fitting[0]
    try:
        found = fraction_map(series.volume, series.summary.fraction or NOT_STATED)
    except InputError as error:
        note = f"{series.summary.series_id}: left out, {error}."
        return replace(axial, notes=(*axial.notes, note))
    sources: tuple[FatSource, ...] = (found,) if axial.fat is None else (found, axial.fat)
    if not found.is_pdff and axial.fat is not None:
        sources = (axial.fat, found)
    told = [_map_note(series, found), axial.fat_note]
    note = "; ".join(told if sources[0] is found else told[::-1])
    fat = sources[0] if len(sources) == 1 else SeveralSources(sources)
    return replace(axial, fat=fat, fat_note=note)


def _map_note(series: Series, found: FractionMap) -> str:
    """What a map's values are, and by what its unit is known."""
    scale = series.summary.fraction or NOT_STATED
    name = "PDFF" if found.is_pdff else "fat fraction, not called a PDFF by its headers,"
    return f"{name} of the map {series.summary.series_id}, in {scale.unit} ({scale.evidence})"


def _of_echoes(in_phase: Series, opposed: Series) -> AxialImages:
    geometry = in_phase.volume.geometry
    WaterFat(in_phase.volume, opposed.volume)
    water, fat = two_point(in_phase.volume.voxels, opposed.volume.voxels)
    pair = WaterFat(Volume(water, geometry), Volume(fat, geometry))
    return AxialImages(
        images=(pair.water, pair.fat, _fraction_image(pair)),
        names=("water (two-point)", "fat (two-point)", "fat fraction (two-point)"),
        fat=pair,
        fat_note="signal fat fraction of two-point Dixon magnitude images; not a PDFF: "
        + why_no_pdff(in_phase.summary.acquisition, two_point=True)
        + "; fat is cut at 0 voxel by voxel, so noise lifts it where there is hardly any",
        frame_of_reference=in_phase.summary.frame_of_reference,
        water_fat=pair,
    )


def _fraction_image(pair: WaterFat) -> Volume:
    image = fat_fraction_image(pair.water.voxels, pair.fat.voxels)
    return Volume(image, pair.water.geometry)
