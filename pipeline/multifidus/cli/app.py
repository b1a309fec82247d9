"""The commands together, the options before them, and what a user reads when something is wrong."""

import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Annotated

import typer
from typer.core import TyperGroup

from multifidus.cli import given, images, people, readings, studies
from multifidus.cli.log import show_log
from multifidus.domain.errors import MultifidusError, one_line

TRAINING_PACKAGES = ("torch", "monai", "onnx", "onnxscript")
ANYWHERE = ("--debug", "--verbose")
"""Options of the command line as a whole: they may stand behind the command too."""


class AnywhereGroup(TyperGroup):
    """Commands that take the options of the whole wherever they stand."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """The arguments with those options first; what follows `--` is left as it is."""
        end = args.index("--") if "--" in args else len(args)
        found = [word for word in args[:end] if word in ANYWHERE]
        rest = [word for word in args[:end] if word not in ANYWHERE]
        return super().parse_args(ctx, [*found, *rest, *args[end:]])


@dataclass
class Asked:
    """How the user wants to be told. debug: whether an error shows its traceback."""

    debug: bool = False


app = typer.Typer(
    name="multifidus",
    help="Lumbar multifidus: images and a clinical table in, measurements, scores, criteria and a "
    "report out. Research use only, not a medical device.",
    cls=AnywhereGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
COMMANDS = (
    *(given.samples, given.notebooks, images.inspect, images.segment, images.levels),
    *(images.measure, studies.analyze, studies.batch, readings.evaluate, people.score),
    *(given.clinical_template, readings.agreement, readings.compare, people.cohort),
    *(people.follow_up, studies.report, readings.train, studies.demo),
)
"""Every command, in the order of the help; its name is that of the function."""
for _command in COMMANDS:
    app.command()(_command)


@app.callback()
def options(
    ctx: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Say on stderr what is being done, with the time.")
    ] = False,
) -> None:
    """Options of the whole; they may stand before the command or behind it."""
    ctx.ensure_object(Asked).debug = debug
    ctx.with_resource(show_log(verbose))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; an error ends in one line on stderr and exit code 1 or 2.

    arguments: those of the process where not given.
    """
    warnings.filterwarnings("ignore", module="pydicom")  # what matters of a header is checked here
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a name that the terminal cannot show stops nothing
            stream.reconfigure(errors="backslashreplace")
    asked = Asked()
    try:
        app(args=None if arguments is None else list(arguments), obj=asked)
    except Exception as error:
        if asked.debug:
            raise
        sys.stderr.write(f"multifidus: {one_line(_words(error))}\n")
        sys.exit(error.exit_code if isinstance(error, MultifidusError) else 1)


def _words(error: Exception) -> str:
    """What went wrong; of an error that nobody foresaw its kind, and how to see more."""
    if isinstance(error, MultifidusError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'file system'}: {error.strerror}"
    if isinstance(error, ModuleNotFoundError) and error.name in TRAINING_PACKAGES:
        return f"{error.name} is not installed, which training needs: pip install multifidus[train]"
    return f"{type(error).__name__}: {error} (with --debug: where)"
