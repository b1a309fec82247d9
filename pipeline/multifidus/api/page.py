"""The page of the front door, `docs/api.md`, made from its docstrings.

python -m multifidus.api.page > docs/api.md
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import multifidus

HEAD = """# From Python

<!-- Made from the docstrings: python -m multifidus.api.page > docs/api.md -->

```python
import multifidus as mf

labels = mf.segment("axial_t2.nii.gz")
table = mf.measure(labels, "axial_t2.nii.gz")
table.query("muscle == 'multifidus'")[["slice_index", "side", "total_csa_mm2"]]
labels.plot(image=mf.read_volume("axial_t2.nii.gz"))
```

`import multifidus` takes no time: a name is loaded when it is asked for. Wherever an image or a
label map is asked for, give a path, a numpy array with `affine=` or with `spacing_mm=` and
`orientation=`, a nibabel or a SimpleITK image, or what `read_volume` and `read_labels` gave.
Right and left are the person's. A side or a scale that is not stated is not guessed: the call
ends in one line, a `MultifidusError`, that says what to do. Images from memory lie in a private
temporary folder while a call works, and are gone after it.

Tables are pandas DataFrames with the columns and the numbers of the commands' CSV files; an empty
cell is missing. What must be known of a result stands in its `notes` (of a table:
`attrs["notes"]`), what speaks against one in `doubts`; with `logging` they are shown:
`logging.basicConfig(level="INFO")`.

Research use only, not a medical device. Look at the outlines before you use a number.
"""

TOPICS: Mapping[str, tuple[str, ...]] = {
    "A study": ("analyze", "read_result", "CaseResult", "inspect", "read_study", "Study"),
    "Images and label maps": ("read_volume", "read_labels", "Volume", "LabelMap", "Geometry"),
    "Outlines and levels": ("segment", "label_levels", "VertebraLevels"),
    "Measurements on given labels": ("measure", "measure_volumes", "numberings"),
    "People and readings": (
        *("score", "Scores", "agreement", "Agreement", "compare", "Comparison"),
        *("evaluate", "Evaluation", "cohort", "CohortOutcomes"),
    ),
    "Samples": ("samples",),
    "Words of the field": (
        *("Muscle", "Side", "SpinalLevel", "Vertebra", "FatMethod", "NotAssessable"),
    ),
    "What can go wrong": ("MultifidusError", "UsageError", "InputError", "GeometryError"),
}
SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)


def page() -> str:
    """The whole page; the same docstrings give the same text."""
    parts = [HEAD]
    for topic, names in TOPICS.items():
        parts.append(f"## {topic}\n")
        parts += [_entry(name) for name in names]
    return "\n".join(parts)


def sections_of(doc: str) -> dict[str, str]:
    """A NumPy docstring by section; what comes before the first stands under ""."""
    parts = SECTION.split(inspect.cleandoc(doc))
    return {"": parts[0].strip()} | dict(
        zip(parts[1::2], (part.strip("\n") for part in parts[2::2]), strict=True)
    )


def items_of(section: str) -> list[tuple[str, str, str]]:
    """Name, kind and words of each entry of a section of parameters, values or errors."""
    found: list[tuple[str, str, list[str]]] = []
    for line in section.splitlines():
        if line.startswith(" ") or not line:
            found[-1][2].append(line.strip())
        else:
            name, _, kind = line.partition(" : ")
            found.append((name.strip(), kind.strip(), []))
    return [(name, kind, " ".join(words).strip()) for name, kind, words in found]


def signature_of(function: Any) -> str:
    """The arguments with their defaults, without types."""
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self"
    ]
    return str(inspect.Signature(parameters))


def _entry(name: str) -> str:
    thing = getattr(multifidus, name)
    if inspect.isfunction(thing):
        return f"### `{name}{signature_of(thing)}`\n\n{_markdown(_doc(thing))}\n"
    lines = [f"### `{name}`", "", _markdown(_doc(thing)), ""]
    if issubclass(thing, Enum):
        lines += [f"Values: {', '.join(f'`{member.value}`' for member in thing)}.", ""]
    lines += [f"- {line}" for line in _members(thing)]
    return "\n".join(lines).rstrip() + "\n"


def _members(kind: type) -> Iterator[str]:
    """The public methods and properties that a class of the package has itself, in order."""
    if issubclass(kind, Enum | Exception):
        return
    for name, member in vars(kind).items():
        if name.startswith("_"):
            continue
        if inspect.isfunction(member):
            yield f"`.{name}{signature_of(member)}`: {_short(member)}"
        elif isinstance(member, property) or hasattr(member, "func"):
            yield f"`.{name}`: {_short(getattr(member, 'func', None) or member.fget)}"


def _doc(thing: Any) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


def _short(thing: Any) -> str:
    """What comes before the sections, as one paragraph."""
    return _plain(" ".join(sections_of(_doc(thing))[""].split()))


def _markdown(doc: str) -> str:
    """A NumPy docstring as Markdown: sections as lists, examples as code."""
    lines = []
    for heading, text in sections_of(doc).items():
        if not heading:
            lines += [_plain(text), ""]
        elif heading == "Examples":
            lines += ["```python", text.replace("  # doctest: +SKIP", ""), "```", ""]
        else:
            lines += [f"**{heading}**", ""]
            for name, kind, words in items_of(text):
                of_kind = f" ({kind})" if kind else ""
                lines.append(_plain(f"- `{name}`{of_kind}: {words}"))
            lines.append("")
    return "\n".join(lines).strip("\n")


def _plain(text: str) -> str:
    return text.replace("``", "`")


if __name__ == "__main__":
    print(page(), end="")
