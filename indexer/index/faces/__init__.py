"""The index of faces: one protocol and its back ends, as the candidate index has them."""

from indexer.index.faces.embedded import EmbeddedFaces
from indexer.index.faces.protocol import FaceDocument, FaceIndex, FaceQuery, Neighbour

__all__ = ["EmbeddedFaces", "FaceDocument", "FaceIndex", "FaceQuery", "Neighbour"]
