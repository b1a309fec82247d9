"""`multifidus score` beside pandas on the same table: seconds, their ratio, and peak memory.

    python -m benchmarks.score_table [--rows 100000]

pandas reads the file and sums the ODI's answers and nothing else: no cell is checked, no other
score formed. Each runs in a process of its own; seconds are of the processor, so that other work on
the machine does not count; the memory is the process's peak.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEED = 7
COLUMNS = (
    *("subject_id", "age_years", "sex"),
    *(f"odi_{item}" for item in range(1, 11)),
    *("nrs", "lbp_vas_mm", "eq5d_mo", "eq5d_sc", "eq5d_ua", "eq5d_pd", "eq5d_ad", "eq_vas"),
    *(f"promis_pi_4a_{item}" for item in range(1, 5)),
    *(f"phq9_{item}" for item in range(1, 10)),
    *("opioid_oxycodone_mg_day", "prone_instability_test"),
)


def write_table(path: Path, rows: int) -> None:
    """A table of invented answers, the same for the same number of rows."""
    rng = random.Random(SEED)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        for row in range(rows):
            odi = ["" if rng.random() < 0.01 else str(rng.randrange(6)) for _ in range(10)]
            cells = [
                *(f"P{row}", str(rng.randrange(22, 75)), rng.choice(("female", "male"))),
                *odi,
                *(str(rng.randrange(11)), str(rng.randrange(101))),
                *(str(rng.randrange(1, 6)) for _ in range(5)),
                str(rng.randrange(101)),
                *(str(rng.randrange(1, 6)) for _ in range(4)),
                *(str(rng.randrange(4)) for _ in range(9)),
                *(str(5 * rng.randrange(20)), rng.choice(("positive", "negative"))),
            ]
            file.write(",".join(cells) + "\n")


def with_pandas(table: Path) -> None:
    """Read the table and sum the ODI's answers."""
    import pandas as pd

    data = pd.read_csv(table)
    print(data[[f"odi_{item}" for item in range(1, 11)]].sum(axis=1).sum())


def with_multifidus(table: Path, output: Path) -> None:
    """Check every cell, form every score, write the table of scores."""
    from multifidus.tasks.score import score_file

    print(score_file(table, output).rows)


def measured(how: str, table: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of one way, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.score_table", "--run", how, "--table", str(table)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = done.stdout.splitlines()[-1].split()
    return float(seconds), float(megabytes)


def run(how: str, table: Path) -> None:
    start = time.process_time()
    if how == "pandas":
        with_pandas(table)
    else:
        with_multifidus(table, table.with_name("scores.csv"))
    seconds = time.process_time() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def compare(rows: int) -> None:
    """Print both ways on tables of a tenth, of all and of three times the rows."""
    print("    rows  multifidus s  pandas s  ratio     MB  pandas MB   (s of processor time)")
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "clinical.csv"
        for count in (rows // 10, rows, 3 * rows):
            write_table(table, count)
            own, own_mb = measured("multifidus", table)
            other, other_mb = measured("pandas", table)
            print(
                f"{count:8d} {own:13.2f} {other:9.2f} {own / other:6.1f} "
                f"{own_mb:6.0f} {other_mb:10.0f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--run", choices=("pandas", "multifidus"), help=argparse.SUPPRESS)
    parser.add_argument("--table", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run(options.run, options.table)
    else:
        compare(options.rows)


if __name__ == "__main__":
    main()
