from dataclasses import replace

import pytest
import torch

from multifidus.training.optimisation import ema_decay_at, running_mean, schedule_of
from tests.helpers.toy import FIT

DECAYING = replace(FIT, steps=3000, decay_from=1600, warm_up_steps=100, learning_rate=0.003)


def rates(settings):
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=settings.learning_rate)
    schedule = schedule_of(optimiser, settings)
    found = []
    for _ in range(settings.steps):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return found


def test_the_learning_rate_rises_stays_and_falls_in_a_straight_line():
    found = rates(DECAYING)
    assert found[0] == pytest.approx(0.003 / 100)
    assert found[49] == pytest.approx(0.003 / 2)
    assert found[99:1600] == pytest.approx([0.003] * 1501)
    assert found[2300] == pytest.approx(0.003 / 2)  # half way from 1600 to 3000
    assert found[-1] == pytest.approx(0.003 / 100)


def test_a_decay_that_begins_after_the_last_step_is_refused():
    with pytest.raises(ValueError, match="decay_from lies from 0 to the 4 steps, found 5"):
        replace(FIT, decay_from=5)


def test_a_decay_from_the_last_step_never_begins():
    steady = replace(FIT, steps=4, decay_from=4, warm_up_steps=2, learning_rate=0.1)
    assert rates(steady) == pytest.approx([0.05, 0.1, 0.1, 0.1])


def test_the_mean_forgets_its_first_weights_and_then_holds_on():
    assert ema_decay_at(0, 0.998) == pytest.approx(1 / 20)
    assert ema_decay_at(199, 0.998) == pytest.approx(200 / 219)
    assert ema_decay_at(200, 0.998) == pytest.approx(1 - 8 / 201)
    assert ema_decay_at(4000, 0.998) == 0.998
    assert ema_decay_at(150, 0.5) == 0.5


def test_the_running_mean_of_a_warm_start_is_reckoned_by_hand():
    network = torch.nn.BatchNorm1d(1)
    mean = running_mean(network, replace(FIT, ema_decay=0.998, ema_warm_up=True))
    expected = 0.0
    for step, value in enumerate((1.0, 3.0, 2.0)):
        network.weight.data.fill_(value)
        network.num_batches_tracked.fill_(step + 1)
        mean.update_parameters(network)
        share = ema_decay_at(step, 0.998)
        expected = value if step == 0 else share * expected + (1 - share) * value
    assert mean.module.weight.item() == pytest.approx(expected)
    assert mean.module.num_batches_tracked.item() == 3
