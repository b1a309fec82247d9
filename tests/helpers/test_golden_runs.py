"""The golden runs leave no command out."""

import re

from tests.helpers.command import multifidus
from tests.helpers.golden_runs import COMMANDS, LANES
from tests.helpers.golden_steps import call, printed_again

NOT_RUN = {"train", "samples"}
"""A training takes minutes; the tests of `training` fit a toy. What `samples` writes is held, byte
by byte, against `data_samples/` by tests/simulation/test_samples.py."""


def commands_told() -> set[str]:
    """The commands that the help names; each begins a line of its own in the box."""
    told = multifidus("--help").stdout
    return set(re.findall(r"^\W ([a-z][a-z-]*) ", told, re.MULTILINE))


def test_every_command_that_the_help_names_is_run_and_its_own_help_is_kept():
    steps = [step for lane in LANES.values() for step in lane()]
    calls = [one.args[1:] for one in steps if getattr(one, "func", None) is call]
    run = {arguments[0] for arguments in calls if "--help" not in arguments}
    if printed_again in steps:
        run.add("report")
    told = commands_told()
    assert told == set(COMMANDS)
    assert told - run == NOT_RUN
