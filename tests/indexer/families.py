"""Some dozens of invented children, each told twice: enough for a fit, few enough for a test."""

from __future__ import annotations

from datetime import date, timedelta

FAMILY = ("Chea", "Sok", "Heng", "Keo", "Chan", "Ly", "Mao", "Nhem", "Prak", "Seng", "Tep", "Yim")
GIVEN = (
    "Bopha",
    "Dara",
    "Kosal",
    "Malis",
    "Narith",
    "Pisey",
    "Rithy",
    "Sophal",
    "Thida",
    "Vanna",
    "Veasna",
    "Sreyneang",
)
PROVINCES = ("Battambang", "Kampot", "Takeo", "Pursat", "Kratie", "Siem Reap", "Prey Veng", "Svay Rieng")
Row = dict[str, object]


def children(count: int) -> list[Row]:
    """One report and one intake of each child: `police/N` and `shelter/N`."""
    return [row for number in range(count) for row in (_report(number), _intake(number))]


def known_pairs(count: int) -> list[tuple[str, str]]:
    """Who is whom."""
    return [(f"police/{number}", f"shelter/{number}") for number in range(count)]


def _child(number: int) -> Row:
    family, given = FAMILY[number % 12], GIVEN[(number * 5 + number // 12) % 12]
    born = date(2009, 1, 11) + timedelta(days=97 * number)
    return {
        "full_name": f"{family} {given}",
        "sex": ("female", "male")[number % 2],
        "date_of_birth": born.isoformat(),
        "home_place": PROVINCES[number % 8],
        "father_name": f"{family} {GIVEN[(number * 7 + 3) % 12]}",
        "mother_name": f"{FAMILY[(number * 5 + 1) % 12]} {GIVEN[(number * 11 + 6) % 12]}",
    }


def _report(number: int) -> Row:
    lost = date(2025, 1, 1) + timedelta(days=5 * number)
    return {"record_id": f"police/{number}", "kind": "report", **_child(number), "last_seen_date": lost.isoformat()}


def _intake(number: int) -> Row:
    found = date(2025, 1, 20) + timedelta(days=5 * number)
    told = {**_child(number), "found_date": found.isoformat(), "consent_for_tracing": "true"}
    # A clerk's slip in one of five, the mother unknown to one of three.
    slips = {"sex": ("male", "female")[number % 2]} if number % 5 == 0 else {}
    return {
        "record_id": f"shelter/{number}", "kind": "intake", **told, **slips, **({"mother_name": ""} if number % 3 == 0 else {}),
    }  # fmt: skip
