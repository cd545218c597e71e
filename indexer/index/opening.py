"""Which candidate index an installation has: the embedded one under its home, or Elasticsearch where that is set."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.index.embedded import EmbeddedIndex
from indexer.index.protocol import CandidateIndex
from indexer.settings import Settings
from matcher.keys import KEY_VERSION

if TYPE_CHECKING:
    from indexer.index.elasticsearch import Server


def open_index(settings: Settings, identity: str) -> CandidateIndex:
    """The index of the database of this identity, with today's keys.

    Elasticsearch is not asked anything yet: an installation opens, and takes records, while the server is away. Raises
    `StoreError` where the home has no room for the embedded index, `InputError` for settings that no server can be asked with.
    """
    if not settings.elasticsearch_url:
        return EmbeddedIndex(_folder(settings, identity))
    # The client takes a third of a second to import, and only installations with a server need it.
    from indexer.index.elasticsearch import ElasticsearchIndex, Layout  # noqa: PLC0415

    layout = Layout(settings.elasticsearch_shards, settings.elasticsearch_replicas)
    family = f"elijah-{identity}-"
    return ElasticsearchIndex(open_server(settings), f"{family}{KEY_VERSION}", family=family, layout=layout)


def open_server(settings: Settings) -> Server:
    """The Elasticsearch of these settings; nothing is asked of it yet. Raises `InputError` for settings that cannot be used."""
    from indexer.index.elasticsearch import Access, Server  # noqa: PLC0415  # see above

    return Server(
        Access(
            settings.elasticsearch_url,
            user=settings.elasticsearch_user,
            password=settings.elasticsearch_password,
            api_key=settings.elasticsearch_api_key,
            ca=settings.elasticsearch_ca,
        )
    )


def _folder(settings: Settings, identity: str) -> Path:
    """The folder of this database's index with today's keys; indexes of older keys are removed, since nothing purges them."""
    name = f"{identity}-{KEY_VERSION}"
    for folder in settings.index_folder.glob(f"{identity}*"):
        if folder.name != name:
            shutil.rmtree(folder, ignore_errors=True)
    return settings.index_folder / name
