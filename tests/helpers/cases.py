"""A finished case, built by hand."""

from dataclasses import replace

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel, Vertebra
from multifidus.domain.answers import NotAssessable, Verdict
from multifidus.domain.case import CaseResult, Method
from multifidus.domain.decision import Decision, Finding
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.measurement import CrossSection, MuscleMeasurement, OutlineQuality
from multifidus.domain.record import ClinicalRecord, ExamResult, Sex
from multifidus.domain.score import Score
from multifidus.domain.spine import BodyArea, LevelSlice, LevelSource
from multifidus.domain.study import SeriesRole, SeriesSummary
from multifidus.domain.volume import Plane

L4_L5 = SpinalLevel.L4_L5
BODY = BodyArea(Vertebra.L4, 1250.0, 16)


def section(side: Side, area_mm2: float, sums_pct: float, mean_pct: float) -> CrossSection:
    fat = (
        FatFraction(FatMethod.DIXON_RATIO_OF_SUMS, sums_pct),
        FatFraction(FatMethod.DIXON_MEAN_OF_RATIOS, mean_pct),
    )
    return CrossSection(Muscle.MULTIFIDUS, side, 7, area_mm2, fat)


def finished_case() -> CaseResult:
    """L4/5 measured on both sides, L5/S1 not assessable, one rule set with one open criterion."""
    summary = SeriesSummary(
        "series 3",
        SeriesRole.AXIAL_WATER,
        "axial by orientation; ImageType says water",
        Plane.AXIAL,
        (256, 176, 36),
        (1.4, 1.4, 5.0),
        {"TE ms": "2.3"},
    )
    findings = (
        Finding("age", "Older than 18 years", Verdict.MET, "54 years", "a source", "seed"),
        Finding(
            "care",
            "At least 6 months of care",
            Verdict.NOT_ASSESSABLE,
            "not recorded: conservative_months",
            "a source",
            "seed",
            ("conservative_months",),
        ),
    )
    return CaseResult(
        subject_id="P<1> #2",
        software_version="0.1.0",
        series=(summary,),
        method=Method("net 1, weights w", "trained on <others>", ("water",), "fascial", "m", "FF"),
        level_slices=(LevelSlice(L4_L5, 7, LevelSource.LABEL_MAP, -1.25, 0, 60.0),),
        measurements=(
            MuscleMeasurement(L4_L5, section(Side.RIGHT, 812.5, 31.24, 28.0), 0, 60.0, BODY),
            MuscleMeasurement(L4_L5, section(Side.LEFT, 1000.0, 20.0, 19.5), 0, 60.0, BODY),
        ),
        outline_quality=(
            OutlineQuality(L4_L5, Muscle.MULTIFIDUS, Side.RIGHT, 7, 0.93),
            OutlineQuality(
                L4_L5, Muscle.MULTIFIDUS, Side.LEFT, 7, 0.71, ("the network is unsure <0.85>",)
            ),
        ),
        not_assessable=(NotAssessable("L5/S1", "L5 and S1 are not both labelled"),),
        notes=("a note",),
        record=ClinicalRecord(
            "P<1> #2",
            age_years=54,
            sex=Sex.FEMALE,
            odi_items=(1, 2, None, 4, 5, 0, 1, 2, 3, 4),
            nrs=7,
            eq5d_5l_state="21232",
            prone_instability_test=ExamResult.POSITIVE,
            facts={"surgical_indication": False, "active_infection": None},
        ),
        scores=(Score("NRS low back pain", 7, "", 0, 10, True, "a source"),),
        decisions=(Decision("set_a", "Set A", "2025", "a source", findings, "a setting"),),
        body_areas=(BODY,),
        level_doubts=("the sacrum is out of view",),
    )


def later_case() -> CaseResult:
    """Right: 812.5 to 800 mm2 and 31.24 to 35 % fat; left unchanged."""
    return replace(
        finished_case(),
        measurements=(
            MuscleMeasurement(L4_L5, section(Side.RIGHT, 800.0, 35.0, 30.0), 0, 60.0, BODY),
            MuscleMeasurement(L4_L5, section(Side.LEFT, 1000.0, 20.0, 19.5), 0, 60.0, BODY),
        ),
    )
