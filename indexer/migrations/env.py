"""Alembic runs inside the connection that `indexer.store.opening` hands over, so a migration is one transaction."""

from __future__ import annotations

from alembic import context

from indexer.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
