from multifidus.report.pictures.curves import loss_curves

LOSSES = {"one": ((10, 0.9), (20, 0.5)), "two": ((10, 0.8),)}


def test_every_fit_adds_a_curve_and_the_same_losses_give_the_same_picture():
    both = loss_curves(LOSSES)
    assert both == loss_curves(LOSSES)
    assert both != loss_curves({"one": LOSSES["one"]})


def test_a_fit_that_has_logged_nothing_yet_and_no_fit_at_all_are_drawn_empty():
    for losses in ({}, {"one": ()}):
        assert loss_curves(losses).startswith(b"\x89PNG")
