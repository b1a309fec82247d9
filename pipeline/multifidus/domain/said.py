"""Who gave an answer, and when: kept beside it, as a record that is believed names its source."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """One source. by: a role or pseudonym, in the site's words. on: ISO date. Empty: not known."""

    by: str = ""
    on: str = ""

    @property
    def words(self) -> str:
        """'said by the radiologist on 2026-05-04'."""
        told = [f"by {self.by}"] if self.by else []
        told += [f"on {self.on}"] if self.on else []
        return " ".join(["said", *told]) if told else ""
