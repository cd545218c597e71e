"""THE declared table of evidence: every comparison that Elijah makes, in the order in which a reviewer reads them.

A comparison is declared here and nowhere else; its levels' weights stand in `data/model.json` under the same name (those of
faces are declared, in `data/face_pairs.csv`), the words of its levels in `data/reasons.csv`. A test holds the three together.
"""

from __future__ import annotations

from matcher.comparisons.address import AddressWords
from matcher.comparisons.base import Comparison
from matcher.comparisons.birth import BirthComparison
from matcher.comparisons.body import Appearance, Clothing, HeightComparison
from matcher.comparisons.child_name import ChildName
from matcher.comparisons.community import Community
from matcher.comparisons.elapsed import Elapsed
from matcher.comparisons.face import FaceComparison
from matcher.comparisons.marks import Marks
from matcher.comparisons.names import ParentName
from matcher.comparisons.numbers import Identifiers, Phones
from matcher.comparisons.places import PlaceComparison, event_place
from matcher.comparisons.relatives import OtherRelatives
from matcher.comparisons.sex import SexComparison
from matcher.comparisons.siblings import Siblings, SwappedSiblings
from matcher.names import NameFrequencies
from matcher.places import Gazetteer


def declared_comparisons(
    gazetteer: Gazetteer, frequencies: NameFrequencies | None = None
) -> tuple[Comparison[object], ...]:
    """All comparisons, with their own caches of what was read; one set serves one gazetteer and one table of how common names
    are (None: the shipped one).
    """
    return (
        ChildName(frequencies),
        BirthComparison(),
        SexComparison(),
        PlaceComparison("home", lambda record: record.home_place, gazetteer),
        PlaceComparison("birth_place", lambda record: record.birth_place, gazetteer),
        PlaceComparison("event_place", event_place, gazetteer),
        AddressWords(gazetteer),
        Elapsed(),
        ParentName("father", lambda record: record.father_name, frequencies),
        ParentName("mother", lambda record: record.mother_name, frequencies),
        Siblings(),
        SwappedSiblings(),
        OtherRelatives(),
        Phones(),
        Identifiers(),
        Marks(),
        HeightComparison(),
        Appearance(),
        Clothing(),
        Community("languages", lambda record: record.languages),
        Community("ethnicity", lambda record: record.ethnicity),
        Community("nationality", lambda record: record.nationality),
        Community("religion", lambda record: record.religion),
        FaceComparison(),
    )  # type: ignore[return-value]  # each comparison is generic in its own value type; scoring never looks inside a value
