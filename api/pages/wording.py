"""What putting a record into words needs: a language, the places that codes stand for, the model that scores are from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from api.pages.texts import Texts, texts
from indexer.installation import Installation
from matcher.model import Model
from matcher.places import Gazetteer
from matcher.text import fold_digits


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one answer."""

    t: Texts
    places: Gazetteer
    model: Model

    @classmethod
    def of(cls, here: Installation, language: str) -> Self:
        """The wording of an installation in `en` or `km`."""
        return cls(texts(language), here.gazetteer, here.scorer.model)

    def place(self, text: str) -> str:
        """A place as written; a code with the name of what it stands for, which nobody knows by heart."""
        if not fold_digits(text).isdigit():
            return text
        found = self.places.look_up(text, limit=1)
        if not found:
            return text
        place = found[0].place
        return f"{text} ({self.t.either(place.name, place.khmer or place.name)})"
