"""Whether a Dixon fraction may be called a proton density fat fraction (PDFF), and why not.

A PDFF needs a low flip angle against T1 weighting, T2* correction, a fat spectrum of several peaks,
and a separation that is not confined to 0..50 %. Source: Reeder, Hu and Sirlin 2012, J Magn Reson
Imaging 36:1011, doi 10.1002/jmri.23741.
"""

from collections.abc import Mapping

UNSTATED = "T2* correction and the fat spectrum used are in no DICOM attribute"


def why_no_pdff(acquisition: Mapping[str, str], two_point: bool) -> str:
    """Why water and fat do not give a PDFF, in words; the reasons that hold for every one included.

    acquisition: of the water or in-phase series, as `SeriesSummary.acquisition`. two_point: water
    and fat were formed here from magnitude images in and opposed phase. Never empty: headers of
    water and fat cannot show that nothing speaks against it, so a PDFF is only what a map calls so.
    """
    reasons = []
    if two_point:
        reasons.append(
            "two points correct neither T2* nor the fat spectrum, and voxels with more than half "
            "fat read too low"
        )
    angle, repetition = acquisition.get("flip angle deg"), acquisition.get("TR ms")
    if angle and repetition:
        reasons.append(
            f"flip angle {float(angle):g} deg at TR {float(repetition):g} ms: T1 weighting, which "
            "makes fat read too high, is not corrected"
        )
    else:
        reasons.append("flip angle and TR are not stated, so T1 weighting is not excluded")
    if not two_point:
        reasons.append(UNSTATED)
    return "; ".join(reasons)
