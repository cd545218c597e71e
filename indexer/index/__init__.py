"""The candidate index: one protocol, its back ends, and documents as arrays."""

from indexer.index.block import DocumentBlock
from indexer.index.embedded import EmbeddedIndex
from indexer.index.protocol import Candidate, CandidateIndex, Document, Query, Removal

__all__ = ["Candidate", "CandidateIndex", "Document", "DocumentBlock", "EmbeddedIndex", "Query", "Removal"]
