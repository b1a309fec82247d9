"""Multifidus: lumbar multifidus measurements, scores and criteria from one study, in one report.

`import multifidus as mf` is the front door: the names below are loaded when they are asked for,
and `docs/api.md` describes them. Every failure that a caller can act on is a `MultifidusError` of
one line. Research use only, not a medical device.
"""

import logging
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# ONNX Runtime reads this once, when it is imported: without it, the official builds keep a device
# identity, queue events and look up a host of their maker. Nothing of the project is imported
# before this line, and kernels and workers take the environment over. A 0 that is set already is
# overruled on purpose: that nothing leaves the machine must not hang on who set up the shell.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

logging.getLogger("multifidus").addHandler(logging.NullHandler())

_DOOR = {
    "analyze": "api.analysis",
    "read_result": "api.case",
    "CaseResult": "api.case",
    "inspect": "api.studies",
    "read_study": "api.studies",
    "read_volume": "api.reading",
    "read_labels": "api.reading",
    "Study": "api.studies",
    "Volume": "api.images",
    "LabelMap": "api.images",
    "Geometry": "domain.volume",
    "segment": "api.outlining",
    "label_levels": "api.outlining",
    "VertebraLevels": "api.outlining",
    "measure": "api.measuring",
    "measure_volumes": "api.measuring",
    "numberings": "api.shipped",
    "score": "api.people",
    "Scores": "api.people",
    "agreement": "api.comparisons",
    "Agreement": "api.comparisons",
    "compare": "api.comparisons",
    "Comparison": "api.comparisons",
    "evaluate": "api.evaluation",
    "Evaluation": "api.evaluation",
    "cohort": "api.people",
    "CohortOutcomes": "api.people",
    "samples": "api.shipped",
    "Muscle": "domain.anatomy",
    "Side": "domain.anatomy",
    "SpinalLevel": "domain.anatomy",
    "Vertebra": "domain.anatomy",
    "FatMethod": "domain.fat",
    "NotAssessable": "domain.answers",
    "MultifidusError": "domain.errors",
    "UsageError": "domain.errors",
    "InputError": "domain.errors",
    "GeometryError": "domain.errors",
}
"""The public names, by topic, and the module of each below this package."""

__all__ = [
    "Agreement",
    "CaseResult",
    "CohortOutcomes",
    "Comparison",
    "Evaluation",
    "FatMethod",
    "Geometry",
    "GeometryError",
    "InputError",
    "LabelMap",
    "MultifidusError",
    "Muscle",
    "NotAssessable",
    "Scores",
    "Side",
    "SpinalLevel",
    "Study",
    "UsageError",
    "Vertebra",
    "VertebraLevels",
    "Volume",
    "__version__",
    "agreement",
    "analyze",
    "cohort",
    "compare",
    "evaluate",
    "inspect",
    "label_levels",
    "measure",
    "measure_volumes",
    "numberings",
    "read_labels",
    "read_result",
    "read_study",
    "read_volume",
    "samples",
    "score",
    "segment",
]

if TYPE_CHECKING:
    from multifidus.api.analysis import analyze
    from multifidus.api.case import CaseResult, read_result
    from multifidus.api.comparisons import Agreement, Comparison, agreement, compare
    from multifidus.api.evaluation import Evaluation, evaluate
    from multifidus.api.images import LabelMap, Volume
    from multifidus.api.measuring import measure, measure_volumes
    from multifidus.api.outlining import VertebraLevels, label_levels, segment
    from multifidus.api.people import CohortOutcomes, Scores, cohort, score
    from multifidus.api.reading import read_labels, read_volume
    from multifidus.api.shipped import numberings, samples
    from multifidus.api.studies import Study, inspect, read_study
    from multifidus.domain.anatomy import Muscle, Side, SpinalLevel, Vertebra
    from multifidus.domain.answers import NotAssessable
    from multifidus.domain.errors import GeometryError, InputError, MultifidusError, UsageError
    from multifidus.domain.fat import FatMethod
    from multifidus.domain.volume import Geometry


def __getattr__(name: str) -> Any:
    """Load a public name when it is asked for, so that `import multifidus` stays instant."""
    if name not in _DOOR:
        raise AttributeError(f"module 'multifidus' has no name '{name}'; dir() lists those it has")
    found = getattr(import_module(f"multifidus.{_DOOR[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names, whether loaded or not."""
    return sorted({*globals(), *__all__})


class _Door(ModuleType):
    """The package as a module: a public name stays what it is where a room bears the same name.

    Importing anything of the rooms `agreement` and `cohort` would else put the room in the place
    of the function. Rooms are imported by their full names (`from multifidus.cohort.visits ...`).
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name in _DOOR and isinstance(value, ModuleType):
            return
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door
