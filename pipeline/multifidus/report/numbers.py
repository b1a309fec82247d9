"""Numbers as a report prints them; nothing rounds but what stands here."""

from multifidus.domain.answers import NotAssessable

NO_VALUE = "–"


def decimals(value: float | NotAssessable | None, places: int) -> str:
    """A number with so many decimals; a dash where it has no answer."""
    if value is None or isinstance(value, NotAssessable):
        return NO_VALUE
    return f"{value:.{places}f}"


def signed(value: float | None, places: int = 1) -> str:
    """A difference with its sign; nothing is told as less than nothing."""
    return NO_VALUE if value is None else f"{round(value, places) + 0.0:+.{places}f}"


def area_cm2(mm2: float | None) -> str:
    """Area in cm2 with two decimals."""
    return NO_VALUE if mm2 is None else decimals(mm2 / 100, 2)


def volume_cm3(mm3: float | None) -> str:
    """Volume in cm3 with one decimal."""
    return NO_VALUE if mm3 is None else decimals(mm3 / 1000, 1)


def ratio(value: float | None) -> str:
    """A ratio with two decimals."""
    return decimals(value, 2)


def degrees(value: float | None) -> str:
    """An angle to the whole degree."""
    return decimals(value, 0)


def percent(pct: float | None) -> str:
    """Percentage with one decimal."""
    return decimals(pct, 1)


def pct_words(pct: float | None) -> str:
    """A share with one decimal and its unit."""
    return NO_VALUE if pct is None else f"{percent(pct)} %"


def interval_words(low_pct: float | None, high_pct: float | None) -> str:
    """'17.5 to 46.1 %'."""
    if low_pct is None or high_pct is None:
        return NO_VALUE
    return f"{percent(low_pct)} to {percent(high_pct)} %"


def score_number(value: float | None, high: float | None, with_sign: bool = False) -> str:
    """One decimal, three where the measure's range is that of an index. high: its upper end."""
    if value is None:
        return NO_VALUE
    return f"{value:{'+' if with_sign else ''}.{3 if high == 1 else 1}f}"
