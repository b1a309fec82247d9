"""The limits by which a contrast is told rise, and hold the figures of their sources."""

from multifidus.files.dicom.contrast import series_limits, within


def test_every_range_rises_and_has_a_source_and_an_origin():
    limits = series_limits()
    spin_echoes = (limits.t1_spin_echo, limits.t2_spin_echo)
    ranges = [one for spin_echo in spin_echoes for one in (spin_echo.te_ms, spin_echo.tr_ms)]
    ranges += [one for band in limits.stir for one in (band.field_tesla, band.ti_ms)]
    assert all(low < high for low, high in ranges)
    for spin_echo in (*spin_echoes, *limits.stir, limits.localizer):
        assert spin_echo.source
        assert spin_echo.origin in ("seen", "customary")


def test_no_spin_echo_is_both_t1_and_t2():
    limits = series_limits()
    assert limits.t1_spin_echo.te_ms[1] < limits.t2_spin_echo.te_ms[0]


def test_the_ranges_hold_the_figures_of_their_sources():
    at_1_5_t, at_3_t = series_limits().stir
    assert within(150, at_1_5_t.ti_ms)  # IMAIOS e-MRI
    assert within(0.693 * 240, at_1_5_t.ti_ms)
    assert within(0.693 * 312, at_3_t.ti_ms)
    assert within(120, series_limits().t2_spin_echo.te_ms)
