"""The rules by which a batch finds its studies."""

from pipeline.batch import Job, jobs_of


def test_every_folder_but_the_output_and_hidden_ones_is_a_study(tmp_path):
    for name in ("p02", "p01", ".cache", "results"):
        (tmp_path / name).mkdir()
    (tmp_path / "notes.txt").write_text("x")
    jobs = jobs_of(tmp_path, None, None, tmp_path / "results")
    assert jobs == [
        Job(tmp_path / name, name, tmp_path / "results" / name) for name in ("p01", "p02")
    ]
