"""Splink as an engine of the peers' bench, run by the peers' interpreter:

    .venv-peers/bin/python -m bench.peer_splink FOLDER

A Fellegi-Sunter model in the way of Splink's documentation: its comparison library and custom levels after its FEBRL4 example
("extended" model), term frequencies on names, u from random pairs, m by EM on two blocking rules, the prior from
deterministic rules, predictions over the union of generous blocking rules.
"""

from __future__ import annotations

import logging
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import splink.comparison_level_library as levels
import splink.comparison_library as library
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from bench.peer_files import Answer, Columns, Stopwatch, peak_mb, ranked, read_columns, write_answer

_CUT = 0.95  # where the example in Splink's README makes clusters
_SEED = 1
_U_PAIRS = 5e6
_RULES = (
    block_on("dob"),
    block_on("name"),
    block_on("phone"),
    block_on("father"),
    block_on("mother"),
    block_on("home_district", "sex"),
    block_on("sex", "birth_year"),
    block_on("words", arrays_to_explode=["words"]),
    block_on("sounds", arrays_to_explode=["sounds"]),
    block_on("home_province", "sex"),
)


def main(arguments: list[str]) -> None:
    """Train, predict over the blocked pairs, leave the answer."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    folder = Path(arguments[0])
    watch = Stopwatch()
    reports, intakes = (pd.DataFrame(_cells(rows)) for rows in read_columns(folder))
    ready = watch.lap()
    rows = _predict(reports, intakes)
    wanted = set(reports["unique_id"])
    pairs = ((a, b, p, weight) if a in wanted else (b, a, p, weight) for a, b, p, weight in rows)
    answer = Answer(
        engine=f"Splink {version('splink')} on DuckDB {version('duckdb')}",
        cut=_CUT,
        probable=True,
        rankings=ranked(pairs),
        ready=ready,
        seconds=watch.lap(),
        peak_mb=peak_mb(),
        notes=[f"{len(rows)} pairs scored"],
    )
    write_answer(folder, answer)


def _cells(rows: list[Columns]) -> list[Columns]:
    """Without the raw texts; an empty list is null, as Splink wants it."""
    return [{name: cell if cell != [] else None for name, cell in row.items() if name != "raw"} for row in rows]


def _predict(reports: pd.DataFrame, intakes: pd.DataFrame) -> list[tuple[str, str, float, float]]:
    database = DuckDBAPI()
    linker = Linker([database.register(_typed(side)) for side in (reports, intakes)], _settings())
    training = linker.training
    sure = [block_on("name", "dob"), block_on("phone", "sex", "birth_year"), block_on("name", "father")]
    training.estimate_probability_two_random_records_match(sure, recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=_U_PAIRS, seed=_SEED)
    # Broad rules. Narrow ones (same name, same birth date) gain two or three points of F1 in a clean world; in a harsh one
    # EM never sees some of their levels, and loses a third of what it finds or fails.
    for rule in (block_on("sex", "birth_year"), block_on("home_district", "sex")):
        training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    predicted = linker.inference.predict()
    query = "select unique_id_l, unique_id_r, match_probability, match_weight from {this}"
    found: list[tuple[str, str, float, float]] = predicted.query_sql(query).as_duckdbpyrelation().fetchall()
    return found


def _typed(side: pd.DataFrame) -> pd.DataFrame:
    whole = ["born_from", "born_to", "birth_year", "event_day", "height"]
    return side.astype(dict.fromkeys(whole, "Int64"))


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=list(_RULES),
        comparisons=[_name(), _birth(), *_others()],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def _sql(condition: str) -> dict[str, Any]:
    return {"sql_condition": condition, "label_for_charts": condition}


def _name() -> Any:
    crossed = "jaro_winkler_similarity(given_l, surname_r) + jaro_winkler_similarity(surname_l, given_r)"
    return library.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name", term_frequency_adjustments=True),
            levels.JaroWinklerLevel("name", 0.95),
            levels.JaroWinklerLevel("name", 0.88),
            _sql(f"{crossed} >= 1.8"),
            _sql("jaro_winkler_similarity(given_l, given_r) + jaro_winkler_similarity(surname_l, surname_r) >= 1.7"),
            _sql("len(list_intersect(words_l, words_r)) >= 1"),
            _sql("len(list_intersect(sounds_l, sounds_r)) >= 1"),
            levels.JaroWinklerLevel("name", 0.7),
            levels.ElseLevel(),
        ],
    )


def _birth() -> Any:
    gap = "greatest(born_from_l, born_from_r) - least(born_to_l, born_to_r)"
    return library.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            levels.NullLevel("born_from"),
            levels.ExactMatchLevel("dob"),
            levels.DamerauLevenshteinLevel("dob", 1),
            _sql("dob_l is not null and dob_r is not null and birth_year_l = birth_year_r"),
            _sql(f"{gap} <= 0"),
            *(_sql(f"{gap} <= {days}") for days in (183, 366, 731, 1461)),
            levels.ElseLevel(),
        ],
    )


def _others() -> list[Any]:
    return [
        library.ExactMatch("sex"),
        _place("home"),
        _place("event"),
        _relative("father"),
        _relative("mother"),
        library.ArrayIntersectAtSizes("siblings", [2, 1]),
        library.DamerauLevenshteinAtThresholds("phone", [1]),
        library.ArrayIntersectAtSizes("marks", [3, 2, 1]),
        _height(),
    ]


def _place(prefix: str) -> Any:
    return library.CustomComparison(
        output_column_name=prefix,
        comparison_levels=[
            levels.NullLevel(f"{prefix}_province"),
            levels.ExactMatchLevel(f"{prefix}_district", term_frequency_adjustments=True),
            levels.ExactMatchLevel(f"{prefix}_province", term_frequency_adjustments=True),
            levels.ElseLevel(),
        ],
    )


def _relative(name: str) -> Any:
    shared = f"len(list_intersect(string_split({name}_l, ' '), string_split({name}_r, ' '))) >= 1"
    return library.CustomComparison(
        output_column_name=name,
        comparison_levels=[
            levels.NullLevel(name),
            levels.ExactMatchLevel(name, term_frequency_adjustments=True),
            levels.JaroWinklerLevel(name, 0.92),
            _sql(shared),
            levels.JaroWinklerLevel(name, 0.8),
            levels.ElseLevel(),
        ],
    )


def _height() -> Any:
    return library.CustomComparison(
        output_column_name="height",
        comparison_levels=[
            levels.NullLevel("height"),
            *(_sql(f"abs(height_l - height_r) <= {centimetres}") for centimetres in (4, 8, 16)),
            levels.ElseLevel(),
        ],
    )


if __name__ == "__main__":
    main(sys.argv[1:])
