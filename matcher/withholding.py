"""Rule 4: who must not learn where a child is, and what is left out of a record that is shown while a match is held."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from matcher.comparisons.names import best_name_levels, read_names
from matcher.names import NameLevel
from matcher.record import Kind, Record
from matcher.tables import rows

_WORDS = re.compile(r"[^\W\d_]+", re.UNICODE)
# A name in a sentence is looked for in windows of this many words.
_LONGEST_NAME = 4
# Every field of an intake that can say where the child is now.
_WHERE = ("found_place", "caregiver_name", "description")


def held_reasons(report: Record, intake: Record) -> tuple[str, ...]:
    """Why a match of these two is held for a senior reviewer; empty when it is not. Reasons never repeat a name."""
    reasons = []
    if intake.withhold_from:
        if not _people(report):
            reasons.append("someone must not learn where this child is, and who asks is not known")
        elif _names_somebody(intake.withhold_from, report):
            reasons.append(
                "the intake names the person who asks, or a relative, as one who must not learn where the child is"
            )
    if _concern_names_somebody(intake.protection_concerns, report):
        reasons.append("a protection concern names the person who asks or a relative")
    return tuple(reasons)


def without_whereabouts(record: Record) -> Record:
    """The record without anything that says where the child is now, for showing it while the match is held."""
    if record.kind is Kind.REPORT:
        return record
    blanks = dict.fromkeys(_WHERE, "")
    return replace(record, **blanks, phones=(), photos=(), faces=(), withhold_from=(), extra={})  # type: ignore[arg-type]  # the blanked fields are all text


def _people(report: Record) -> tuple[str, ...]:
    people = (
        report.inquirer_name,
        report.father_name,
        report.mother_name,
        report.caregiver_name,
        *report.sibling_names,
    )
    return tuple(name for name in people if name)


def _names_somebody(withheld: Iterable[str], report: Record) -> bool:
    withheld = tuple(withheld)
    return any(_role_of(text, report) for text in withheld) or _any_alike(withheld, _people(report))


def _concern_names_somebody(concerns: Iterable[str], report: Record) -> bool:
    """A concern is a code or a sentence: a role word for someone who asked, or the name of one of the family, inside it."""
    concerns = tuple(concerns)
    if any(_role_of(text, report) for text in concerns):
        return True
    return _any_alike(
        tuple(window for text in concerns for window in _windows(text)), _people(report), NameLevel.SAME_SOUNDS
    )


def _windows(text: str) -> Iterable[str]:
    words = _WORDS.findall(text)
    for start in range(len(words)):
        for length in range(2, _LONGEST_NAME + 1):
            if start + length <= len(words):
                yield " ".join(words[start : start + length])


def _any_alike(texts: tuple[str, ...], people: tuple[str, ...], least: NameLevel = NameLevel.PART) -> bool:
    # Holding one match too many costs a senior reviewer a minute; one too few may cost a child: the level is low on purpose.
    mine, others = read_names(texts), read_names(people)
    if not mine or not others:
        return False
    return bool(best_name_levels([mine], [others])[0] >= least)


def _role_of(text: str, report: Record) -> bool:
    """Whether the text names a role (`father`, `ឪពុក`) that the person who asks has, or that the report gives a name to."""
    roles = _roles_in(text)
    asking = _roles_in(report.inquirer_relation)
    named = {role for role, name in (("father", report.father_name), ("mother", report.mother_name)) if name}
    return bool(roles & (asking | named)) or ("everyone" in roles)


def _roles_in(text: str) -> set[str]:
    folded = text.casefold()
    words = set(_WORDS.findall(folded))
    return {means for word, means in _role_words() if (word in words if word.isascii() else word in folded)}


@cache
def _role_words() -> tuple[tuple[str, str], ...]:
    return tuple((row["word"].casefold(), row["means"]) for row in rows("roles.csv"))
