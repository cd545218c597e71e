"""Names in Khmer, Latin and other scripts: read once (`analyse`), compared by sound (`compare`, `compare_many`,
`compare_fields`), found by their `keys`.
"""

from matcher.names.alignment import AlignedUnit
from matcher.names.fields import FieldComparison, compare_field, compare_fields
from matcher.names.frequency import NameFrequencies, frequency, shipped_frequencies
from matcher.names.kernel import load as load_kernel
from matcher.names.keys import field_keys, keys
from matcher.names.levels import NameLevel
from matcher.names.name import Name, analyse
from matcher.names.reading import NameReading, PartReading, SoundReading, read_aloud
from matcher.names.similarity import NameComparison, compare, compare_many, compare_positions, compare_tables
from matcher.names.table import NameTable
from matcher.names.tokens import Token

__all__ = [
    "AlignedUnit",
    "FieldComparison",
    "Name",
    "NameComparison",
    "NameFrequencies",
    "NameLevel",
    "NameReading",
    "NameTable",
    "PartReading",
    "SoundReading",
    "Token",
    "analyse",
    "compare",
    "compare_field",
    "compare_fields",
    "compare_many",
    "compare_positions",
    "compare_tables",
    "field_keys",
    "frequency",
    "keys",
    "load_kernel",
    "read_aloud",
    "shipped_frequencies",
]
