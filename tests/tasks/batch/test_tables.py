"""What a batch writes of all its studies together."""

import csv
from dataclasses import replace

import pandas as pd
import pytest

from multifidus.domain.errors import UsageError
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.gate import Reason, ReasonKind
from multifidus.files.results.case import write_case
from multifidus.files.results.folder import result_folder
from multifidus.files.results.measurements import MEASUREMENTS
from multifidus.files.results.run_record import Claim
from multifidus.tasks.batch.jobs import Outcome, Status
from multifidus.tasks.batch.tables import require_own_tables, write_batch_tables
from multifidus.tasks.study_run import Job
from tests.helpers.cases import finished_case

TABLES = ("measurements.csv", "measurements.parquet", "measurements_redcap.csv", "volumes.csv")
SUMS = FatMethod.DIXON_RATIO_OF_SUMS
RIGHT_PCT = "multifidus_right_L4_5_fat_pct"
DIXON = (FatFraction(SUMS, 31.25),)
PDFF = (FatFraction(SUMS, 30.0), FatFraction(FatMethod.PDFF_MAP_MEAN, 22.0))
BRIGHTNESS = (FatFraction(FatMethod.OTSU, 50.0), FatFraction(FatMethod.REFERENCE_SIGNAL, 12.0))


@pytest.fixture
def outcome(tmp_path):
    """Makes the outcome of a study whose saved result has that fat on both sides."""

    def make(name, status="done", fat=DIXON) -> Outcome:
        case = finished_case()
        measurements = tuple(
            replace(measurement, section=replace(measurement.section, fat=fat))
            for measurement in case.measurements
        )
        job = Job(tmp_path / "studies" / name, name, tmp_path / "out" / name)
        case = replace(case, subject_id=name, measurements=measurements)
        write_case(case, job.output / "result.json")
        return Outcome(job, Status(status))

    return make


def summary_of(folder) -> list[dict[str, str]]:
    with (folder / "summary.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_the_studies_stand_one_below_the_other_in_the_order_of_the_jobs(outcome, tmp_path):
    write_batch_tables([outcome("p02"), outcome("p01", fat=BRIGHTNESS)], tmp_path)
    table = pd.read_csv(tmp_path / "measurements.csv")
    assert list(table.columns) == list(MEASUREMENTS.names)
    assert table.subject_id.tolist() == ["p02"] * 2 + ["p01"] * 4
    assert len(pd.read_parquet(tmp_path / "measurements.parquet")) == len(table)
    repeats = pd.read_csv(tmp_path / "measurements_redcap.csv")
    assert repeats.redcap_repeat_instance.tolist() == [1, 2, 1, 2, 3, 4]
    assert (tmp_path / "measurements_dictionary.csv").is_file()
    assert (tmp_path / "measurements_redcap_dictionary.csv").is_file()


def test_a_resumed_batch_writes_the_same_bytes(outcome, tmp_path):
    write_batch_tables([outcome("a"), outcome("b")], tmp_path / "whole")
    write_batch_tables([outcome("a", "skipped"), outcome("b")], tmp_path / "resumed")
    for name in TABLES:
        whole, resumed = (tmp_path / folder / name for folder in ("whole", "resumed"))
        assert whole.read_bytes() == resumed.read_bytes()


@pytest.mark.parametrize("status", ["failed", "not run"])
def test_what_an_unfinished_study_left_behind_earlier_is_not_taken_in(outcome, tmp_path, status):
    write_batch_tables([outcome("a"), outcome("b", status)], tmp_path)
    assert set(pd.read_csv(tmp_path / "measurements.csv").subject_id) == {"a"}
    left = summary_of(tmp_path)[1]
    assert (left["status"], left["fat_method"], left[RIGHT_PCT]) == (status, "", "")


def test_a_batch_in_which_all_failed_has_tables_without_rows(outcome, tmp_path):
    write_batch_tables([outcome("a", "failed")], tmp_path)
    assert len(pd.read_csv(tmp_path / "measurements.csv")) == 0
    assert len(pd.read_parquet(tmp_path / "measurements.parquet")) == 0


@pytest.mark.parametrize(
    ("fat", "method", "pct"),
    [
        (DIXON, "dixon_ratio_of_sums", "31.25"),
        (PDFF, "pdff_map_mean", "22.0"),
        (BRIGHTNESS, "t1t2_reference_signal", "12.0"),
        ((), "", ""),
    ],
)
def test_the_summary_names_the_method_of_its_fat(outcome, tmp_path, fat, method, pct):
    write_batch_tables([outcome("a", fat=fat)], tmp_path)
    (row,) = summary_of(tmp_path)
    assert (row["fat_method"], row[RIGHT_PCT]) == (method, pct)
    assert row["multifidus_right_L4_5_total_csa_mm2"] == "812.5"


def test_all_fat_of_a_summary_row_is_by_one_method(outcome, tmp_path):
    one = outcome("a", fat=PDFF)
    case = finished_case()
    right, left = case.measurements
    mixed = (
        replace(right, section=replace(right.section, fat=PDFF)),
        replace(left, section=replace(left.section, fat=BRIGHTNESS)),
    )
    write_case(replace(case, measurements=mixed), one.job.output / "result.json")
    write_batch_tables([one], tmp_path)
    (row,) = summary_of(tmp_path)
    assert (row["fat_method"], row[RIGHT_PCT]) == ("pdff_map_mean", "22.0")
    assert row["multifidus_left_L4_5_fat_pct"] == ""


def test_the_summary_says_what_holds_the_answers_back(outcome, tmp_path):
    one = outcome("a")
    reasons = (Reason(ReasonKind.RED_FLAG, "cauda equina"), Reason(ReasonKind.VALUE, "age 99"))
    write_case(replace(finished_case(), reasons=reasons), one.job.output / "result.json")
    write_batch_tables([one, outcome("b")], tmp_path)
    first, second = summary_of(tmp_path)
    assert first["gate_reasons"] == "red flag: cauda equina; value in doubt: age 99"
    assert second["gate_reasons"] == ""
    assert list(first).index("gate_reasons") < list(first).index("set_a")


def test_a_result_that_is_gone_when_the_tables_are_written_has_failed(outcome, tmp_path):
    kept, gone = outcome("a"), outcome("b")
    (gone.job.output / "result.json").unlink()
    told = write_batch_tables([kept, gone], tmp_path)
    assert [one.status for one in told] == ["done", "failed"]
    assert "no such file" in summary_of(tmp_path)[1]["reason"]
    assert set(pd.read_csv(tmp_path / "measurements.csv").subject_id) == {"a"}


def test_a_name_that_is_not_utf8_has_its_row_in_the_summary(tmp_path):
    name = "M\udcfcller"  # as Python reads the byte FC of a folder's name
    job = Job(tmp_path / "studies" / name, name, tmp_path / "out" / name)
    write_batch_tables([Outcome(job, Status.FAILED, f"{name}: rename")], tmp_path)
    (row,) = summary_of(tmp_path)
    assert (row["subject_id"], row["reason"]) == ("M\\xfcller", "M\\xfcller: rename")


@pytest.fixture
def earlier(outcome, tmp_path):
    """The folder of a batch of a and b, of which b failed."""
    write_batch_tables([outcome("a"), outcome("b", "failed")], tmp_path / "out")
    return tmp_path / "out"


def test_tables_of_the_same_people_may_be_written_again(earlier, outcome):
    assert require_own_tables(earlier, [outcome("a").job, outcome("c").job]) == []


def test_a_batch_in_which_all_failed_may_be_run_again(outcome, tmp_path):
    failed = outcome("a", "failed")
    write_batch_tables([failed], tmp_path / "out")
    assert require_own_tables(tmp_path / "out", [failed.job]) == []


@pytest.mark.parametrize("how", ["deleted", "emptied"])
def test_without_its_summary_the_joined_table_tells_whose_results_there_are(earlier, outcome, how):
    (earlier / "summary.csv").unlink()
    if how == "emptied":
        (earlier / "summary.csv").touch()
    assert require_own_tables(earlier, [outcome("a").job]) == []
    with pytest.raises(UsageError, match="holds the results of a, not among"):
        require_own_tables(earlier, [outcome("c").job])


def test_nobody_s_results_vanish_from_the_tables_without_overwrite(earlier, outcome):
    job = outcome("c").job
    with pytest.raises(UsageError, match="holds the results of a, not among these studies"):
        require_own_tables(earlier, [job])
    (line,) = require_own_tables(earlier, [replace(job, overwrite=True)])
    assert "the results of a" in line
    assert (earlier / "a" / "result.json").is_file()


def test_tables_that_no_batch_wrote_are_not_replaced(outcome, tmp_path):
    job = outcome("a").job
    folder = tmp_path / "evaluation"
    with result_folder(folder, Claim("evaluate")) as partial:
        (partial / "summary.csv").write_text("contrast,level\n")
    with pytest.raises(UsageError, match="what 'multifidus evaluate' wrote"):
        require_own_tables(folder, [job])
    for name in ("summary.csv", "measurements.csv"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text("a,b\n1,2\n")
        with pytest.raises(UsageError, match=f"holds {name}, which no batch wrote"):
            require_own_tables(tmp_path / name, [job])
    require_own_tables(folder, [replace(job, overwrite=True)])
    assert not (folder / "summary.csv").exists()


def test_a_log_in_an_otherwise_empty_folder_does_no_harm(outcome, tmp_path):
    (tmp_path / "batch.log").write_text("x")
    assert require_own_tables(tmp_path, [outcome("a").job]) == []
