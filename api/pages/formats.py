"""Days, moments and numbers as the pages write them: Cambodia's time, each language's months, a true minus sign."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

_ZONE: Final = ZoneInfo("Asia/Phnom_Penh")
_MONTHS: Final = {
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
    "km": ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"),
}  # fmt: skip
# A model never knows for certain: nothing is shown as 0 % or 100 %.
_ALMOST: Final = 0.995


def day(value: date, language: str) -> str:
    """`25 November 2026`, `25 វិច្ឆិកា 2026`: the order and the digits that CLDR gives for both languages."""
    return f"{value.day} {_MONTHS[language][value.month - 1]} {value.year}"


def moment(value: datetime, language: str) -> str:
    """A day and a time of day in Cambodia."""
    local = value.astimezone(_ZONE)
    return f"{day(local, language)}, {local:%H:%M}"


def percent(share: float) -> str:
    """A probability in whole per cent, never 0 and never 100."""
    if share >= _ALMOST:
        return "> 99%"
    return "< 1%" if share < 1 - _ALMOST else f"{share:.0%}"


def bits(weight: float) -> str:
    """A signed weight or score to hundredths: `+8.10`, `−13.00`, `0.00`."""
    text = f"{weight:+.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", "−")
