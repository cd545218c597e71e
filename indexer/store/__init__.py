"""The system of record: records with versions, matches, decisions, runs of the night, rejected rows, and the change log."""

from indexer.store.decisions import Decision, DecisionRow, Saying, possible_decisions
from indexer.store.matches import MatchFilter, MatchPage, MatchRow, MatchStatus, SavedMatches, StoredMatch
from indexer.store.reconciliations import Mark, Reconciliation
from indexer.store.records import Change, Entry, Outcome, StoredRecord
from indexer.store.rejected import RejectedRow
from indexer.store.store import Store

__all__ = [
    "Change", "Decision", "DecisionRow", "Entry", "Mark", "MatchFilter", "MatchPage", "MatchRow", "MatchStatus", "Outcome",
    "Reconciliation", "RejectedRow", "SavedMatches", "Saying", "Store", "StoredMatch", "StoredRecord",
    "possible_decisions",
]  # fmt: skip
