"""`make bench`: quality, names, places and speed, one after the other; each is its own module with its own options."""

from __future__ import annotations

from pathlib import Path

from bench import calendar, names, places, quality, speed

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def main() -> None:
    """Run everything that has its data here."""
    speed.main([])
    quality.main([])
    if _SHARED.exists():
        names.main()
        places.main()
        calendar.main()
    else:
        print("names and places: need ../shared/data, which is not part of a checkout")


if __name__ == "__main__":
    main()
