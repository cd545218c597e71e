"""When what is sent, and how long it took: an open loop, so that a slow server cannot hide by slowing down who asks it.

Arrivals are spread at random over the time, as those of people who do not know of each other. A latency counts from the moment
that was due, whether or not somebody was free to send it then.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Nothing came back: refused, broken off, or not in time.
NO_ANSWER: Final = 0
# It was due, and nobody was free to send it before the run was broken off.
NOT_SENT: Final = -1


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: the second it was due, the second it was answered, and the status (`NO_ANSWER`, `NOT_SENT`)."""

    kind: str
    due: float
    ended: float
    status: int

    @property
    def is_error(self) -> bool:
        """Everything but 2xx."""
        return not 200 <= self.status < 300

    @property
    def milliseconds(self) -> float:
        """From when it was due."""
        return 1_000 * (self.ended - self.due)


def arrivals(rate: float, seconds: float, seed: str) -> list[float]:
    """The seconds at which something is due, sorted: exactly `rate * seconds`, each anywhere in the time (a Poisson process)."""
    rng = random.Random(seed)  # noqa: S311  # a load, not a secret
    return sorted(rng.uniform(0, seconds) for _ in range(round(rate * seconds)))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of all does not exceed (nearest rank, so one that was measured). NaN for none."""
    if not values:
        return math.nan
    # Shares such as 0.95 are a little more than they say: 0.95 * 20 must stay 19.
    rank = math.ceil(round(share * len(values), 9))
    return sorted(values)[max(rank, 1) - 1]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the samples of one kind come to. Latencies in milliseconds, of what was answered well."""

    kind: str
    asked: int
    answered: int
    per_second: float
    p50: float
    p95: float
    p99: float
    most: float
    errors: dict[int, int]

    @classmethod
    def of(cls, kind: str, samples: Sequence[Sample], seconds: float) -> Figures:
        """`seconds`: how long the schedule was; answers that came after it make the run longer, not faster."""
        mine = [sample for sample in samples if sample.kind == kind]
        good = [sample for sample in mine if not sample.is_error]
        times = [sample.milliseconds for sample in good]
        lasted = max([seconds, *(sample.ended for sample in good)])
        errors = Counter(sample.status for sample in mine if sample.is_error)
        p50, p95, p99, most = (percentile(times, share) for share in (0.5, 0.95, 0.99, 1.0))
        return cls(kind, len(mine), len(good), len(good) / lasted, p50, p95, p99, most, dict(sorted(errors.items())))

    def holds(self, rate: float, most_ms: float) -> bool:
        """Whether the rate was kept up with no error and a p99 of at most `most_ms`."""
        return not self.errors and self.per_second >= 0.98 * rate and self.p99 <= most_ms

    def __str__(self) -> str:
        """One line of the table."""
        errors = ", ".join(f"{count} x {_STATUSES.get(status, status)}" for status, count in self.errors.items())
        return (
            f"  {self.kind:9} {self.asked:6} {self.per_second:8.1f} {self.p50:8.0f} {self.p95:8.0f} {self.p99:8.0f} "
            f"{self.most:8.0f}   {errors or 'none'}"
        )


_STATUSES: Final = {NO_ANSWER: "no answer", NOT_SENT: "not sent"}
HEADER: Final = f"  {'':9} {'asked':>6} {'/s':>8} {'p50 ms':>8} {'p95':>8} {'p99':>8} {'max':>8}   errors"
