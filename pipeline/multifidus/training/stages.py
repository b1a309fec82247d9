"""The fits that one weights file goes through, one after the other."""

from dataclasses import dataclass, replace

from multifidus.training.settings import TrainingSettings
from multifidus.training.stage_settings import SelfTrainingSettings

SELF_TRAINING, FINISH = "_self_training", "_finish"
"""What the checkpoints and logs of the later fits are named after the weights file."""


@dataclass(frozen=True)
class Stage:
    """One fit with its own settings.

    self_training: where slices without outlines teach in it too. without_rim_fat: see
    `FinishSettings`.
    """

    name: str
    settings: TrainingSettings
    self_training: SelfTrainingSettings | None = None
    without_rim_fat: bool = False


def stages_of(settings: TrainingSettings, stem: str) -> list[Stage]:
    """The first fit and, where the settings ask for them, self-training and the one that finishes.

    stem: of the weights file's name.
    """
    stages = [Stage(stem, settings)]
    if settings.self_training is not None:
        stages.append(_self_training(settings, settings.self_training, stem))
    if settings.finish is not None:
        finish = settings.finish
        steps, rate = finish.steps, finish.learning_rate
        last = replace(
            settings,
            fit=replace(settings.fit, steps=steps, learning_rate=rate, decay_from=None),
            shares=finish.shares,
            phantom_slices=finish.phantom_slices or settings.phantom_slices,
        )
        stages.append(Stage(stem + FINISH, last, without_rim_fat=finish.without_rim_fat))
    return stages


def _self_training(settings: TrainingSettings, how: SelfTrainingSettings, stem: str) -> Stage:
    """Its slices are drawn from another seed than those of the first fit."""
    fit = replace(
        settings.fit,
        steps=how.steps,
        learning_rate=how.learning_rate,
        decay_from=how.decay_from,
        seed=settings.fit.seed + 1,
    )
    return Stage(stem + SELF_TRAINING, replace(settings, fit=fit, shares=how.shares), how)
