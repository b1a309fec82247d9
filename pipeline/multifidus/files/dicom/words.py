"""The words by which headers and file names tell a contrast; nothing else of a text is kept."""

import re
from collections.abc import Mapping

Vocabulary = Mapping[str, frozenset[str]]

IMAGE_TYPE_WORDS: Vocabulary = {
    "fat fraction": frozenset({"FAT_FRACTION", "FATFRACTION", "FATFRAC", "PDFF", "FF"}),
    "water": frozenset({"W", "WATER"}),
    "fat": frozenset({"F", "FAT"}),
    "in_phase": frozenset({"IP", "IN_PHASE", "INPHASE"}),
    "opposed": frozenset({"OP", "OPP", "OPP_PHASE", "OPPOSED_PHASE", "OUT_PHASE", "OUTPHASE"}),
    "t1": frozenset({"T1", "T1W"}),
    "t2": frozenset({"T2", "T2W"}),
}
"""Whole values of ImageType or FrameType.

Siemens and GE write DERIVED\\PRIMARY\\DIXON\\WATER (IN_PHASE, OPP_PHASE or OUT_PHASE, FAT), older
Siemens ORIGINAL\\PRIMARY\\M\\NORM\\WATER, Philips DERIVED\\PRIMARY\\W\\W\\DERIVED (F, IP, OP, FF)
and in enhanced files ORIGINAL\\PRIMARY\\DIXON\\FAT_FRACTION: as found in headers published in
public repositories (among them rordenlab/dcm2niix issue 1022), not in a vendor's statement.
Canon: no published header was found; its series are told by echo time or asked for.
"""

DERIVED_WORDS = frozenset(
    {"P", "PHASE", "MAP", "FRACTION", "ADC", "R2", "T2", "STAR", "FIELD", "B0", "MIP", "MNIP"}
) | {"PROJECTION", "SUBTRACT", "SUBTRACTION"}
"""Words within ImageType of a phase image, a computed map or a projection: no plain image."""

DESCRIPTION_WORDS: Vocabulary = {
    "localizer": frozenset({"LOCALIZER", "LOCALISER", "LOC", "SCOUT", "SURVEY", "3_PLANE"}),
    "fat fraction": frozenset({"FAT_FRACTION", "FATFRACTION", "PDFF", "FF"}),
    "stir": frozenset({"STIR", "TIRM"}),
    "water": frozenset({"WATER"}),
    "fat": frozenset({"FAT"}),
    "in_phase": frozenset({"IN_PHASE", "INPHASE"}),
    "opposed": frozenset(
        {"OPP_PHASE", "OPPOSED_PHASE", "OPPOSED", "OUT_PHASE", "OUTPHASE", "OUT_OF_PHASE"}
    ),
    "t1": frozenset({"T1", "T1W", "T1WI"}),
    "t2": frozenset({"T2", "T2W", "T2WI"}),
    "another contrast": frozenset(
        {"ADC", "DWI", "DTI", "FLAIR", "MAP", "MRA", "MYELO", "PD", "SUB", "T2STAR", "T2_STAR"}
    ),
}
"""Words of SeriesDescription and ProtocolName; read last, where the acquisition tags are silent."""

NAME_WORDS: Vocabulary = {
    "levels": frozenset({"LEVELS", "LEVEL", "VERTEBRAE"}),
    "muscles": frozenset({"LABELS", "LABEL", "MASK", "SEG", "DSEG", "SEGMENTATION"}),
    "localizer": DESCRIPTION_WORDS["localizer"],
    "stir": DESCRIPTION_WORDS["stir"],
    **IMAGE_TYPE_WORDS,
}
"""Words of NIfTI file names."""


def kinds_said(text: str, words: Vocabulary) -> dict[str, str]:
    """Each kind that the text names, with the word that names it; long words win over short.

    "IN-PHASE" and "in phase" are the word IN_PHASE; "T2*" is T2STAR and not T2.
    """
    left = "_" + re.sub(r"[^A-Z0-9]+", "__", text.upper().replace("*", "STAR")) + "_"
    found: dict[str, str] = {}
    ranked = sorted(((kind, word) for kind in words for word in words[kind]), key=_longest_first)
    for kind, word in ranked:
        pattern = "_" + word.replace("_", "__") + "_"
        if pattern in left:
            left = left.replace(pattern, "_|_")
            found.setdefault(kind, word)
    if "stir" in found:
        found.pop("t2", None)  # "T2 STIR" is one contrast
    return {kind: found[kind] for kind in words if kind in found}


def _longest_first(pair: tuple[str, str]) -> tuple[int, str]:
    return -len(pair[1]), pair[1]
