"""Migrations of the database: one file a step in `versions`, run by `indexer.store.opening`."""
