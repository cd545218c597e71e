"""The system of record: records with versions, matches, decisions, runs of the night, rejected rows, and the change log."""

from indexer.store.change_log import Change
from indexer.store.decisions import Decision, Saying, possible_decisions
from indexer.store.faces import Photographed
from indexer.store.matches import MatchFilter, MatchPage, StoredMatch
from indexer.store.putting import Entry, Outcome
from indexer.store.reconciliations import AGAIN, Mark, Pending, Reconciliation
from indexer.store.records import StoredRecord
from indexer.store.rejected import RejectedRow
from indexer.store.saving import MatchRow, SavedMatches
from indexer.store.status import MatchStatus
from indexer.store.steps import DecisionRow
from indexer.store.store import Store

__all__ = [
    "AGAIN", "Change", "Decision", "DecisionRow", "Entry", "Mark", "MatchFilter", "MatchPage", "MatchRow", "MatchStatus",
    "Outcome", "Pending", "Photographed", "Reconciliation", "RejectedRow", "SavedMatches", "Saying", "Store", "StoredMatch",
    "StoredRecord",
    "possible_decisions",
]  # fmt: skip
