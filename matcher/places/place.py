"""What a place is: one row of the gazetteer, and one reading of a text with its probability."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

COUNTRY, PROVINCE, DISTRICT, COMMUNE, VILLAGE = "country", "province", "district", "commune", "village"
TOWN, GATE = "town", "gate"

# The official levels by the number of digits of their code.
LEVEL_OF_DIGITS: Final = {2: PROVINCE, 4: DISTRICT, 6: COMMUNE, 8: VILLAGE}


@dataclass(frozen=True, slots=True)
class Place:
    """One place.

    `code` is the official code of 2, 4, 6 or 8 digits; for a town or gate the digits of the district it
    lies in, a hyphen and a name (`1407-neak-loeung`); abroad the country's two letters (`TH`,
    `TH-bangkok`). `province` is the two-digit code, "" abroad. Equal when the codes are equal.
    """

    code: str
    level: str = field(compare=False)
    khmer: str = field(compare=False)
    latin: str = field(compare=False)
    variants: tuple[str, ...] = field(default=(), compare=False)
    province: str = field(default="", compare=False)

    @property
    def digits(self) -> str:
        """The digits the code begins with: the administrative unit it is or lies in; "" abroad."""
        return self.code.partition("-")[0] if self.province else ""

    @property
    def country(self) -> str:
        """Two letters; `KH` for a place in Cambodia."""
        return "KH" if self.province else self.code[:2]

    @property
    def name(self) -> str:
        """The name to show: Latin, or Khmer where there is no Latin one."""
        return self.latin or self.khmer


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """One reading of a text: a place and how probable it is; what is missing to 1 is "none of those
    listed".
    """

    place: Place
    probability: float
