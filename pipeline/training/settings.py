"""What `params/training/*.yml` says of one bundle's training."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import TypeAdapter, ValidationError

from pipeline.domain.errors import UsageError
from pipeline.domain.settings import STRICT
from pipeline.io.params_file import first_problem, read_yaml
from pipeline.training.augmentation import Augmentation


@dataclass(frozen=True)
class PoolShares:
    """Share of the drawn slices by where they come from; what is absent is shared out."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    original: float
    warped: float
    phantom: float


@dataclass(frozen=True)
class FitSettings:
    """The optimisation: a fixed number of steps, so that nothing is chosen on a test person.

    ema_decay: of the running mean of the weights, which is what is kept.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    steps: int
    batch_slices: int
    learning_rate: float
    weight_decay: float
    ema_decay: float
    seed: int
    checkpoint_every_steps: int
    threads: int


@dataclass(frozen=True)
class FinishSettings:
    """A second, shorter fit that starts from the first one's weights, with other shares.

    without_rim_fat: outlines are brought to the visible border of the muscle first.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    steps: int
    learning_rate: float
    without_rim_fat: bool
    shares: PoolShares


@dataclass(frozen=True)
class TrainingSettings:
    """One bundle's training. weights: file name to the people whom these weights never saw."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    task: Literal["muscles", "vertebrae"]
    bundle: Path
    data: Path
    runs: Path
    weights: Mapping[str, tuple[str, ...]]
    shares: PoolShares
    phantoms: int
    fit: FitSettings
    finish: FinishSettings
    augmentation: Augmentation


def read_training_settings(path: Path) -> TrainingSettings:
    """The settings in the YAML file; a misspelt, missing or wrongly typed one is refused."""
    try:
        return TypeAdapter(TrainingSettings).validate_python(read_yaml(path))
    except ValidationError as error:
        raise UsageError(f"{path}: {first_problem(error)}") from error
