"""nomenklatura (the matcher of OpenSanctions and yente) as an engine of the peers' bench, run by the peers' interpreter:

    .venv-peers/bin/python -m bench.peer_nomenklatura FOLDER

Children are FollowTheMoney persons; names go in as written and romanised, since its own matcher reads other scripts. Its token
index brings up the candidates of each report, more of them than by default, and logic-v2 scores them with its own weights.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from followthemoney import Dataset, StatementEntity
from nomenklatura.blocker import Index
from nomenklatura.db import make_session
from nomenklatura.matching import LogicV2, ScoringConfig
from nomenklatura.resolver import Resolver
from nomenklatura.store import MemoryStore

from bench.peer_files import Answer, Columns, Stopwatch, peak_mb, ranked, read_columns, write_answer

_CUT = 0.7  # the threshold that yente's documentation recommends
# By default an index drops tokens that more than 60 entities share, and keeps 75 candidates.
_OPTIONS = {"max_candidates": 200, "max_bucket_size": 400, "min_score_ratio": 0.0}


def main(arguments: list[str]) -> None:
    """Index the intakes, score the candidates of each report, leave the answer."""
    folder = Path(arguments[0])
    watch = Stopwatch()
    reports, intakes = (
        [_person(row, dataset) for row in rows] for rows, dataset in zip(read_columns(folder), _SETS, strict=True)
    )
    ready = watch.lap()
    pairs = list(_scored(reports, intakes, folder))
    answer = Answer(
        engine=f"nomenklatura {version('nomenklatura')} logic-v2",
        cut=_CUT,
        probable=False,
        rankings=ranked(pairs),
        ready=ready,
        seconds=watch.lap(),
        peak_mb=peak_mb(),
        notes=[f"{len(pairs)} pairs scored"],
    )
    write_answer(folder, answer)


_SETS = tuple(Dataset.make({"name": name, "title": name}) for name in ("reports", "intakes"))


def _person(row: Columns, dataset: Dataset) -> StatementEntity:
    raw = row["raw"]
    properties = {
        "name": [raw.get("full_name"), row["name"] and f"{row['surname'] or ''} {row['given']}".strip()],
        "alias": _list(raw, "other_names"),
        "weakAlias": _list(raw, "nickname"),
        "birthDate": [row["dob"] or row["birth_year"]],
        "gender": [row["sex"]],
        "fatherName": [raw.get("father_name")],
        "motherName": [raw.get("mother_name")],
        "phone": [row["phone"] and f"+855{row['phone']}"],
        "address": [raw.get("home_place")],
    }
    known = {name: [str(cell) for cell in cells if cell] for name, cells in properties.items()}
    data = {"id": row["unique_id"], "schema": "Person", "properties": known, "datasets": [dataset.name]}
    return StatementEntity.from_data(dataset, data, cleaned=False)


def _list(raw: dict[str, str], name: str) -> list[str]:
    return [part.strip() for part in raw.get(name, "").split(";")]


def _scored(
    reports: list[StatementEntity], intakes: list[StatementEntity], folder: Path
) -> Iterator[tuple[str, str, float, float]]:
    with make_session("sqlite://") as session:
        store = MemoryStore(_SETS[1], Resolver(session, create=True))
        with store.writer() as writer:
            for intake in intakes:
                writer.add_entity(intake)
        index = Index(store.default_view(), folder / "nomenklatura", options=dict(_OPTIONS))
        index.build()
        asked, found = ({str(one.id): one for one in side} for side in (reports, intakes))
        config = ScoringConfig.defaults()
        for report, candidates in index.match_entities(reports):
            for intake, tokens in candidates:
                score = LogicV2.compare(asked[report.id], found[intake.id], config).score
                yield report.id, intake.id, score, tokens
        index.close()


if __name__ == "__main__":
    main(sys.argv[1:])
