"""Along which border outlines run: round the muscle, and from multifidus to erector spinae."""

from dataclasses import dataclass
from typing import Literal

RoiDefinition = Literal["fascial", "muscle_boundary"]
"""Round the muscle: along the fascia with the epimuscular fat inside, or along the visible muscle
without it; the two methods of Berry et al. 2018 (doi 10.1186/s12891-018-2059-x)."""

LateralBorder = Literal["as_taught", "lateral"]
"""To the erector spinae: where the network's training outlines have it, or farther lateral, as the
readers of `mri_axial_t2_dev` draw it; `segmentation.border.to_lateral_border` says by how much."""

LateralChoice = Literal["by_contrast", "as_taught", "lateral"]
"""What the settings may say of it."""

AS_TAUGHT: Literal["as_taught"] = "as_taught"
BY_CONTRAST: Literal["by_contrast"] = "by_contrast"
"""The setting that leaves the lateral border to the readers measured on the image's contrast."""


@dataclass(frozen=True)
class Border:
    """Along which border outlines run."""

    roi_definition: RoiDefinition
    lateral_border: LateralBorder = AS_TAUGHT

    @property
    def name(self) -> str:
        """As tables have it, such as `fascial, as_taught`; the same name, the same border."""
        return f"{self.roi_definition}, {self.lateral_border}"

    @property
    def alternatives(self) -> tuple["Border", "Border"]:
        """The two that differ in one of its parts: the lateral one, and that round the muscle."""
        lateral: LateralBorder = "lateral" if self.lateral_border == AS_TAUGHT else AS_TAUGHT
        is_fascial = self.roi_definition == "fascial"
        around: RoiDefinition = "muscle_boundary" if is_fascial else "fascial"
        return Border(self.roi_definition, lateral), Border(around, self.lateral_border)
