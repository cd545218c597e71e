"""The candidate index on Elasticsearch."""

from indexer.index.elasticsearch.generation import Layout
from indexer.index.elasticsearch.index import ElasticsearchIndex
from indexer.index.elasticsearch.server import Access, Server

__all__ = ["Access", "ElasticsearchIndex", "Layout", "Server"]
