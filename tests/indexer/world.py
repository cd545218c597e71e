"""A small installation with the few records that a test is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from indexer.installation import Installation
from indexer.settings import Settings

AT = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)
NEXT_DAY = AT + timedelta(days=1)

# One child told twice: by the family in Khmer, by a shelter in Latin letters.
REPORT: dict[str, object] = {
    "record_id": "police/1",
    "kind": "report",
    "full_name": "សុខ ដារ៉ា",
    "sex": "male",
    "date_of_birth": "ថ្ងៃទី១៥ ខែមេសា ឆ្នាំ២០១៥",
    "home_place": "ខេត្តបាត់ដំបង",
    "father_name": "សុខ វុទ្ធ",
    "mother_name": "ចាន់ ស្រីមុំ",
    "inquirer_name": "ចាន់ ស្រីមុំ",
    "inquirer_relation": "mother",
    "last_seen_date": "2025-11-02",
    "last_seen_place": "Poipet",
}
INTAKE: dict[str, object] = {
    "record_id": "shelter/1",
    "kind": "intake",
    "full_name": "Dara SOKH",
    "sex": "M",
    "date_of_birth": "2015-04-15",
    "home_place": "Battambang",
    "father_name": "Sok Vuth",
    "mother_name": "Chan Sreymom",
    "found_date": "2025-12-01",
    "found_place": "Poipet",
    "consent_for_tracing": "true",
}
STRANGER: dict[str, object] = {
    "record_id": "shelter/2",
    "kind": "intake",
    "full_name": "Heng Bopha",
    "sex": "F",
    "date_of_birth": "2010-09-30",
    "home_place": "Kampot",
    "father_name": "Heng Samnang",
    "found_date": "2025-12-05",
    "found_place": "Kampot",
    "consent_for_tracing": "true",
}


def opened(home: Path, *rows: dict[str, object], **settings: object) -> Installation:
    """An installation in this home with these rows stored; close it, or use it as a context manager."""
    installation = Installation.open(Settings(home=home, **settings))  # type: ignore[arg-type]  # pydantic checks the values
    if rows:
        installation.put(rows, at=AT)
    return installation
