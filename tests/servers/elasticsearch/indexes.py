"""Indexes for tests on a shared server, each under a name of its own."""

from __future__ import annotations

from secrets import token_hex

from indexer.index.elasticsearch import Access, ElasticsearchIndex, Layout, Server

ONE_COPY = Layout(shards=1, replicas=0)


def new_elasticsearch_index(url: str, alias: str = "", layout: Layout = ONE_COPY) -> ElasticsearchIndex:
    """An index that nobody else has, or another opening of the one of that alias."""
    return ElasticsearchIndex(Server(Access(url)), alias or f"elijah-test-{token_hex(8)}", layout=layout)
