"""Commands that write what the project gives: samples, notebooks, empty tables."""

from pathlib import Path
from typing import Annotated

import typer


def samples(folder: Annotated[Path, typer.Argument(help="Folder to write to.")]) -> None:
    """Write the synthetic sample studies and their clinical table; the same bytes every time."""
    from multifidus.tasks.samples import write_samples

    write_samples(folder)
    print(folder)


def notebooks(folder: Annotated[Path, typer.Argument(help="Folder to write to.")]) -> None:
    """Write the notebooks into a folder of your own, for JupyterLab or papermill."""
    from multifidus.tasks.own_notebooks import copy_notebooks

    for path in copy_notebooks(folder):
        print(path)


def clinical_template(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    rule_sets: Annotated[
        str | None,
        typer.Option("--for", help="Rule sets, commas between: ask only what they need."),
    ] = None,
) -> None:
    """Write an empty clinical table, an empty table of events, and their dictionaries.

    With --for: a form for those rule sets, as CSV, as a REDCap data dictionary and as an HTML page
    that is filled without a network and saved as CSV; who said what and when is kept.
    """
    from multifidus.files.clinical.template import write_template
    from multifidus.files.events.template import write_event_template
    from multifidus.tasks.form import write_form

    if rule_sets is None:
        paths = [*write_template(folder), *write_event_template(folder)]
    else:
        paths = write_form(folder, [name.strip() for name in rule_sets.split(",") if name.strip()])
    for path in paths:
        print(path)
