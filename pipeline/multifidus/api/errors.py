"""What goes wrong at the door, in one line and in the words of a call rather than of a command."""

import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

from multifidus.domain.errors import InputError, MultifidusError, UsageError, one_line

P = ParamSpec("P")
R = TypeVar("R")
LOG = logging.getLogger("multifidus")
PATHS = (str | os.PathLike[str], str | os.PathLike[str] | None)
"""What arguments that name a file or folder are annotated as."""
OPTION = re.compile(r"--([a-z][a-z-]*)")
ARGUMENT_OF = {"spacing": "pixel_mm", "overwrite": "overwrite=True"}
"""Options that the door calls otherwise."""
INSTEAD = {
    "measure needs IMAGE,": "measure needs image,",
    "are unknown; convert it again from DICOM": "are unknown; convert it again from DICOM, or, if "
    "its array has the axes of an image that states them, give the array with that affine=",
}
"""What a command cannot offer, and a call can."""


def at_the_door(function: Callable[P, R]) -> Callable[P, R]:
    """The function with every foreseen failure as a `MultifidusError` of one line.

    What a reader of tables or settings raises underneath goes to the log, at level debug. A fault
    of the program itself keeps its traceback.
    """
    of_paths = [name for name, kind in function.__annotations__.items() if kind in PATHS]
    told_of = signature(function)

    @wraps(function)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            _require_paths(told_of.bind_partial(*args, **kwargs).arguments, of_paths)
            return function(*args, **kwargs)
        except Exception as error:
            told = _told(error)
            if told is None:
                raise
            LOG.debug("%s: %s", function.__name__, told, exc_info=True)
        raise told

    return opened


def _require_paths(given: Mapping[str, object], names: Iterable[str]) -> None:
    for name in names:
        value = given.get(name)
        if value is not None and not isinstance(value, str | os.PathLike):
            raise UsageError(f"{name}: a path is asked for, not {type(value).__name__}")


def in_python_words(text: str) -> str:
    """The text with a command's options as arguments: fat_fraction for `--fat-fraction`."""
    for of_command, of_call in INSTEAD.items():
        text = text.replace(of_command, of_call)
    return OPTION.sub(lambda found: ARGUMENT_OF.get(found[1], found[1].replace("-", "_")), text)


def _told(error: Exception) -> MultifidusError | None:
    """The failure as a reader can act on it; None for one that nobody foresaw."""
    if isinstance(error, MultifidusError):
        return type(error)(in_python_words(one_line(str(error))))
    if isinstance(error, OSError):
        return InputError(f"{error.filename or 'file system'}: {error.strerror or error}")
    if type(error).__module__.partition(".")[0].startswith("pydantic"):
        return InputError(one_line(str(error)))
    return None
