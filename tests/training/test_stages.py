from dataclasses import replace

import pytest
import yaml

from multifidus.domain.errors import UsageError
from multifidus.files.paths import PARAMS
from multifidus.training.settings import content_of, read_training_settings, settings_of
from multifidus.training.stages import stages_of

RECIPE = PARAMS / "training" / "mf_es_t1_t2.yml"


def test_self_training_follows_the_first_fit_with_its_own_steps_rate_shares_and_draws():
    settings = read_training_settings(RECIPE)
    first, second = stages_of(settings, "model")
    assert (first.name, second.name) == ("model", "model_self_training")
    assert (first.settings.fit, first.self_training) == (settings.fit, None)
    fit = second.settings.fit
    assert (fit.steps, fit.learning_rate, fit.decay_from) == (3000, 0.0015, 1500)
    assert fit.seed != settings.fit.seed
    assert second.settings.shares["unlabelled_t2"] == 0.1
    assert sum(second.settings.shares.values()) == pytest.approx(1)
    assert "unlabelled_t1" not in settings.shares
    assert {"unlabelled_t1", "pairs"} <= settings.origins_drawn


def test_the_fit_that_finishes_is_the_last():
    dixon = read_training_settings(RECIPE.with_name("mf_es_dixon.yml"))
    both = replace(read_training_settings(RECIPE), finish=dixon.finish)
    names = [stage.name for stage in stages_of(both, "model")]
    assert names == ["model", "model_self_training", "model_finish"]
    assert stages_of(both, "model")[-1].without_rim_fat


def test_the_recipe_stays_itself_where_a_bundle_keeps_it(tmp_path):
    settings = read_training_settings(RECIPE)
    assert settings_of(content_of(settings, tmp_path), folder=tmp_path) == settings


@pytest.mark.parametrize(
    ("where", "wrong", "match"),
    [
        (None, {"contrasts": None}, "t2_look and self_training need contrasts"),
        ("self_training", {"least_agreement": 0.82}, "least_agreement lies above 0.82"),
        ("self_training", {"decay_from": 3001}, "decay_from lies from 0 to the 3000 steps"),
        ("self_training", {"slices": 0}, "slices is 1 or more"),
        ("self_training", {"seed": -1}, "seed is 0 or more"),
        ("self_training", {"shares": {"pairs": 0}}, "shares are 0 or more, and one is above 0"),
        ("self_training", {"shares": {"unlabelled": 1}}, "unlabelled"),
        ("t2_look", {"steps": 1}, "steps of the T2 look are 2 or more"),
        ("t2_look", {"epochs": 1}, "epochs"),
    ],
)
def test_what_cannot_be_done_is_refused(where, wrong, match):
    content = yaml.safe_load(RECIPE.read_text(encoding="utf-8"))
    target = content if where is None else content[where]
    target |= wrong
    with pytest.raises(UsageError, match=match):
        settings_of(content, folder=RECIPE.parent)
