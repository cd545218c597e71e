"""Photos: from a file to the numbers of a face, and from those to the records with a face like it."""

from indexer.faces.embedder import COSINE, EUCLIDEAN, Embedder, face_on, open_embedder
from indexer.faces.finder import FaceFinder
from indexer.faces.reading import PhotoReader

__all__ = ["COSINE", "EUCLIDEAN", "Embedder", "FaceFinder", "PhotoReader", "face_on", "open_embedder"]
