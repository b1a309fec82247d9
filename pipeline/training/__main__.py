"""Train a bundle's weights and evaluate them: `python -m pipeline.training PARAMS.yml`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.domain.errors import MultifidusError, UsageError
from pipeline.training.card import muscles_card, vertebrae_card
from pipeline.training.run import train_weights
from pipeline.training.settings import TrainingSettings, read_training_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.training", description=__doc__)
    parser.add_argument("params", type=Path, help="a file of params/training/")
    parser.add_argument(
        "--hold-out", metavar="SUBJECT", help="only the weights that never see this person"
    )
    parser.add_argument(
        "--evaluate",
        action="store_true",
        help="no training: figures of the committed weights on the people they never saw",
    )
    given = parser.parse_args(arguments)
    try:
        settings = read_training_settings(given.params)
        names = weights_wanted(settings, given.hold_out)
        if given.evaluate:
            card = muscles_card if settings.task == "muscles" else vertebrae_card
            print(card(settings, names))
        else:
            for name in names:
                train_weights(settings, name)
    except MultifidusError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def weights_wanted(settings: TrainingSettings, hold_out: str | None) -> list[str]:
    """Names of all weights files, or of those that leave that person out."""
    names = [n for n, people in settings.weights.items() if hold_out is None or hold_out in people]
    if not names:
        left_out = sorted({person for people in settings.weights.values() for person in people})
        raise UsageError(f"no weights leave '{hold_out}' out; people left out: {left_out}")
    return names


if __name__ == "__main__":
    raise SystemExit(main())
