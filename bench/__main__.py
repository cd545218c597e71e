"""`make bench`: speed, the night at scale and after little has changed, quality, the peers beside it, FEBRL4, names, places and
dates, one after the other.

Each is its own module with its own options. The peers and FEBRL4 need an environment of their own (requirements-bench.txt) and
say what to do where it is missing. Two take long and are run apart: the mixed load on a real server (`python -m bench.load`), and
the growth to a million records (`python -m bench.growth`).
"""

from __future__ import annotations

from pathlib import Path

from bench import calendar, febrl, incremental, names, night, peers, places, quality, speed

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def main() -> None:
    """Run everything that has its data here."""
    speed.main([])
    night.main([])
    incremental.main([])
    quality.main([])
    peers.main([])
    febrl.main([])
    if _SHARED.exists():
        names.main()
        places.main()
        calendar.main()
    else:
        print("names and places: need ../shared/data, which is not part of a checkout")


if __name__ == "__main__":
    main()
