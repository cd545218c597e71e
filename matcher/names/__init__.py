"""Names in Khmer, Latin and other scripts: read once (`analyse`), compared by sound (`compare`, `compare_many`), found (`keys`)."""

from matcher.names.alignment import AlignedUnit
from matcher.names.frequency import frequency
from matcher.names.keys import keys
from matcher.names.levels import NameLevel
from matcher.names.name import Name, analyse
from matcher.names.similarity import NameComparison, compare, compare_many
from matcher.names.tokens import Token

__all__ = [
    "AlignedUnit",
    "Name",
    "NameComparison",
    "NameLevel",
    "Token",
    "analyse",
    "compare",
    "compare_many",
    "frequency",
    "keys",
]
