"""How the measured images were made, as far as a norm asks: field strength and Dixon echoes."""

from collections.abc import Sequence

from multifidus.domain.norms import Acquired
from multifidus.domain.rule_settings import NormSettings
from multifidus.domain.study import SeriesRole, Study

FIELD = "field T"
"""Name of the field strength among a series' acquisition values."""

TWO_ECHOES = frozenset({SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE})


def acquired_of(
    study: Study, roles: Sequence[SeriesRole], place: str, settings: NormSettings
) -> Acquired:
    """What is known of the series of those roles; the settings speak where the images are silent.

    place: where levels are measured. A field strength is nominal, to half a tesla: scanners of 3 T
    state 2.89. What images and settings say otherwise of each other is not known.
    """
    field_tesla, field_reason = _field(study, roles, settings.field_tesla)
    echoes, echoes_reason = _echoes(roles, settings.dixon_echoes)
    return Acquired(place, echoes, field_tesla, echoes_reason, field_reason)


def _field(
    study: Study, roles: Sequence[SeriesRole], said_tesla: float | None
) -> tuple[float | None, str]:
    stated = {
        _nominal_tesla(float(one.summary.acquisition[FIELD]))
        for one in study.series
        if one.role in roles and FIELD in one.summary.acquisition
    }
    if said_tesla is not None:
        stated.add(_nominal_tesla(said_tesla))
    if len(stated) == 1:
        return stated.pop(), ""
    if not stated:
        return None, "the field strength of these images is not told (norms: field_tesla)"
    listed = " and ".join(f"{tesla:g}" for tesla in sorted(stated))
    return None, f"images and settings name different field strengths, {listed} T"


def _echoes(roles: Sequence[SeriesRole], said: int | None) -> tuple[int | None, str]:
    if set(roles) == TWO_ECHOES:
        if said not in (None, len(TWO_ECHOES)):
            return None, f"in and opposed phase are two echoes, the settings say {said}"
        return len(TWO_ECHOES), ""
    if said is None:
        return None, "how many echoes these images come from is not told (norms: dixon_echoes)"
    return said, ""


def _nominal_tesla(tesla: float) -> float:
    return round(2 * tesla) / 2
