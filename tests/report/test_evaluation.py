"""The same figures of agreement in bundle, report, README and validation."""

from dataclasses import replace

import pytest

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.muscle_row import case_rows
from multifidus.domain.quantities import Quantity
from multifidus.files.paths import ROOT, bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.report.evaluation import limits_in_words, limits_notes
from multifidus.report.measurements import measurement_table, side_table, summary_sentences
from multifidus.report.method import border_sentences, method_rows
from multifidus.segmentation.bundle import open_bundle, read_area_limits
from tests.helpers.cases import finished_case
from tests.helpers.pages import page_of

LIMITS = AreaLimits("T2", Muscle.MULTIFIDUS, 83, -6, -50, 100, 0.5, 20, -20, 0.1, 44, "made up")


@pytest.fixture
def case():
    """A case outlined on T2 by weights whose limits were measured."""
    one = finished_case()
    method = replace(one.method, segmented_on=("axial T2",))
    return replace(one, method=method, area_limits=(LIMITS,))


def test_an_area_stands_beside_the_range_of_a_reader_s(case):
    pair = case.side_comparisons[0]
    area = pair.right.total_csa_mm2
    (row, *_) = [row for row in case_rows(case) if row.structure.side is Side.RIGHT]
    assert Quantity.AREA_LOW.of(row) == area / 2
    assert Quantity.AREA_HIGH.of(row) == area * 2
    assert Quantity.ASYMMETRY_LIMIT.of(row) == 44
    words = f"{area / 100:.2f} cm² ({area / 200:.2f} to {area / 50:.2f}) right"
    assert words in summary_sentences(case)[0]


def test_a_side_difference_below_its_error_is_not_distinguishable(case):
    told = dict(zip(side_table(case).headings, side_table(case).rows[0], strict=True))
    assert told["Smaller side"] == "not distinguishable (below 44 %)"
    pct = case.side_comparisons[0].asymmetry_pct
    assert 0 < pct < 44
    sharp = replace(case, area_limits=(replace(LIMITS, asymmetry_limit_pct=pct / 2),))
    told = dict(zip(side_table(sharp).headings, side_table(sharp).rows[0], strict=True))
    assert told["Smaller side"] == case.side_comparisons[0].smaller_side.value


def test_without_limits_of_these_weights_the_report_says_so(case):
    without = replace(case, area_limits=())
    assert "was not measured" in limits_notes(without)[0]
    assert "(" not in summary_sentences(without)[0]
    dixon = replace(without, method=replace(case.method, segmented_on=("water",)))
    assert limits_notes(dixon) == []


def test_the_report_prints_the_sentence_beside_the_areas_and_among_the_limits(case):
    of_name = {section.heading: section for section in page_of(case, []).sections}
    *_, note = of_name["Multifidus, right beside left"].blocks
    assert note.words.endswith(limits_in_words(LIMITS))
    limits, _ = of_name["Limits"].blocks
    assert limits_in_words(LIMITS) in [line.text for line in limits.statements]


def test_limits_of_other_weights_are_not_taken(tmp_path):
    folder = bundle_folder(read_settings().segmentation.bundle)
    assert read_area_limits(folder, "0" * 64) == ()
    assert read_area_limits(tmp_path, "0" * 64) == ()


def test_readme_and_validation_hold_the_sentences_that_the_report_prints():
    chosen = read_settings().segmentation
    limits = open_bundle(bundle_folder(chosen.bundle), chosen.weights).area_limits
    assert {(limit.contrast, limit.muscle) for limit in limits} >= {
        ("T2", Muscle.MULTIFIDUS),
        ("T1", Muscle.MULTIFIDUS),
    }
    pages = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "docs/validation.md")}
    pages = {name: " ".join(text.split()) for name, text in pages.items()}
    for limit in limits:
        assert limits_in_words(limit) in pages["docs/validation.md"]
        if limit.muscle is Muscle.MULTIFIDUS:
            assert limits_in_words(limit) in pages["README.md"]


def test_page_1_names_the_border_and_what_the_brackets_hold(case):
    of_name = {section.heading: section for section in page_of(case, []).sections}
    said = " ".join(str(block) for block in of_name["In short"].blocks)
    assert "Border: along" in said and "where the network was taught it" in said
    assert "In brackets: lowest to highest along the plausible borders, and where about 9" in said
    lateral = replace(case, method=replace(case.method, lateral_border="lateral"), area_limits=())
    border, brackets = border_sentences(lateral)
    assert (
        "up to 4 mm lateral of where the network was taught it, as readers of T2 drew it" in border
    )
    assert brackets == "In brackets: lowest to highest along the plausible borders."
    assert dict(method_rows(lateral))["Border to the erector spinae"] in border


def test_an_area_s_interval_stands_in_the_table_and_fat_has_its_own_in_the_sentence(case):
    first, *rest = case.measurements
    fat = replace(first.section.leading_fat, interval_pct=(20.04, 40.06))
    section = replace(
        first.section,
        area_interval_mm2=(first.section.total_csa_mm2 - 100, first.section.total_csa_mm2 + 200),
        fat=(fat, *first.section.fat[1:]),
    )
    told = replace(case, measurements=(replace(first, section=section), *rest), area_limits=())
    area = section.total_csa_mm2 / 100
    between = f"{area - 1:.2f} to {area + 2:.2f}"
    table = measurement_table(told)
    assert table.rows[0][table.headings.index("Interval cm²")] == between
    assert f"{area:.2f} cm² ({between}) right" in summary_sentences(told)[0]
    assert f"{fat.pct:.1f} % (20.0 to 40.1) right" in summary_sentences(told)[0]
