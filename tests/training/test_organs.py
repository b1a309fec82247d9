import numpy as np

from multifidus.training.organs import paint_canal, paint_organs
from tests.helpers.toy import toy_slice


def test_the_canal_is_painted_in_front_of_the_multifidus_and_nowhere_else() -> None:
    case = toy_slice(pixels=80)
    image = np.full(case.labels.shape, 0.5, np.float32)
    painted = paint_canal(image, case.labels, 1.0, np.random.default_rng(1))
    changed = np.argwhere(np.abs(painted - image) > 0.05)
    front = np.argwhere(np.isin(case.labels, (1, 2)))[:, 1].max()
    assert len(changed)
    assert changed[:, 1].mean() > front
    assert abs(changed[:, 0].mean() - 40) < 5


def test_fluid_is_as_bright_as_asked_and_muscle_stays_as_it_is() -> None:
    case = toy_slice(pixels=160)
    image = np.full(case.labels.shape, 0.2)
    for brightness in (0.4, 1.0):
        painted = paint_canal(image, case.labels, brightness, np.random.default_rng(3))
        assert np.percentile(painted, 99.9) > 0.2 + 0.7 * (brightness - 0.2)
        assert np.allclose(painted[case.labels > 0], 0.2)


def test_organs_lie_in_front_of_the_muscles_and_leave_them_as_they_are() -> None:
    case = toy_slice(pixels=160)
    image = np.random.default_rng(0).random(case.labels.shape)
    front = np.argwhere(case.labels > 0)[:, 1].max() + 4
    painted = [paint_organs(image, case.labels, np.random.default_rng(seed)) for seed in range(10)]
    for drawn in painted:
        assert np.array_equal(drawn[:, : front + 1], image[:, : front + 1])
    assert sum(not np.array_equal(drawn, image) for drawn in painted) >= 9


def test_without_room_or_without_muscle_nothing_is_painted() -> None:
    case = toy_slice(pixels=160)
    image = np.zeros(case.labels.shape)
    rng = np.random.default_rng(0)
    assert paint_organs(image, np.zeros_like(case.labels), rng) is image
    assert paint_organs(image[:, :95], case.labels[:, :95], rng) is not image[:, :95]
    close = case.labels[:, :92]
    assert np.array_equal(paint_organs(image[:, :92], close, rng), image[:, :92])
