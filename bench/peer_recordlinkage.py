"""recordlinkage as an engine of the peers' bench, run by the peers' interpreter:

    .venv-peers/bin/python -m bench.peer_recordlinkage FOLDER

Blocks and a sorted neighbourhood, string and date comparisons, and its unsupervised Fellegi-Sunter classifier (ECM), which is
what its documentation offers where no pairs are known.
"""

from __future__ import annotations

import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import recordlinkage

from bench.peer_files import Answer, Columns, Stopwatch, peak_mb, ranked, read_columns, write_answer

_CUT = 0.5  # the classifier's own `predict` takes the likelier class
# EM takes features to be independent. With the name in parts beside the whole name it tells apart families instead of children.
_INDEPENDENT = (
    "name", "dob", "born_near", "sex", "home_province", "home_district", "phone", "father", "mother",
)  # fmt: skip
_BLOCKS = (
    "dob", "phone", "father", "mother", "surname", "given", "sound",
    ["home_district", "sex"], ["home_province", "sex"], ["sex", "birth_year"],
)  # fmt: skip
_SUM = 7.0  # the guide calls more than half of its features a match; so here
_ALIKE = 0.85  # Jaro-Winkler, as in the package's guide


def main(arguments: list[str]) -> None:
    """Compare the blocked pairs, let EM tell the matches, leave the answer."""
    warnings.filterwarnings("ignore", category=FutureWarning)  # recordlinkage 0.16 on pandas 2.3
    folder = Path(arguments[0])
    watch = Stopwatch()
    reports, intakes = (_frame(rows) for rows in read_columns(folder))
    ready = watch.lap()
    features = _comparison().compute(_pairs(reports, intakes), reports, intakes)
    scores, cut, note = _scores(features, len(reports))
    ties = features.sum(axis=1)
    rows = zip(features.index, scores.to_numpy(), ties.to_numpy(), strict=True)
    answer = Answer(
        engine=f"recordlinkage {version('recordlinkage')} {'ECM' if cut == _CUT else 'sum'}",
        cut=cut,
        probable=cut == _CUT,
        rankings=ranked((report, intake, float(score), float(tie)) for (report, intake), score, tie in rows),
        ready=ready,
        seconds=watch.lap(),
        peak_mb=peak_mb(),
        notes=[f"{len(features)} pairs scored", note],
    )
    write_answer(folder, answer)


def _scores(features: pd.DataFrame, reports: int) -> tuple[pd.Series[float], float, str]:
    """The scores, the documented cut, what was done."""
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features[list(_INDEPENDENT)])
    expected = round(classifier.p * len(features))
    if expected <= reports:
        return classifier.prob(features[list(_INDEPENDENT)]), _CUT, f"EM expects {expected} matches"
    # EM has told something else than matches apart. Whoever looks at its figures sees that, and adds up features as in the guide.
    return (
        features.sum(axis=1),
        _SUM,
        f"EM expects {expected} matches of {reports} reports; the sum of the features taken instead",
    )


def _frame(rows: list[Columns]) -> pd.DataFrame:
    frame = pd.DataFrame([{name: cell for name, cell in row.items() if name != "raw"} for row in rows])
    frame["sound"] = [" ".join(sounds) or None for sounds in frame["sounds"]]
    return frame.drop(columns=["words", "sounds", "siblings", "marks"]).set_index("unique_id")


def _pairs(reports: pd.DataFrame, intakes: pd.DataFrame) -> pd.MultiIndex:
    indexer = recordlinkage.Index()
    for block in _BLOCKS:
        indexer.block(block)
    indexer.block(left_on="surname", right_on="given")
    indexer.block(left_on="given", right_on="surname")
    known = [side.dropna(subset=["name"]) for side in (reports, intakes)]
    near = recordlinkage.index.SortedNeighbourhood("name", window=9).index(*known)
    found: pd.MultiIndex = indexer.index(reports, intakes).union(near)
    return found


def _comparison() -> Any:
    compare = recordlinkage.Compare()
    alike = {"method": "jarowinkler", "threshold": _ALIKE}
    for column in ("name", "given", "surname", "father", "mother"):
        compare.string(column, column, label=column, **alike)
    compare.string("given", "surname", label="swapped", **alike)
    for column in ("dob", "sex", "home_province", "home_district", "event_province", "phone"):
        compare.exact(column, column, label=column)
    compare.add(_years())
    compare.string("name", "name", method="jarowinkler", label="closeness")
    return compare


def _years() -> Any:
    """Births less than a year and a half apart, as one feature."""
    return recordlinkage.compare.Numeric(
        "born_from", "born_from", method="step", offset=550, missing_value=0, label="born_near"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
