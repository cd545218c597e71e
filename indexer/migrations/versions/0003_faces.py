"""The faces on records' photos."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# As in the first schema: PostgreSQL's planner keeps no samples of what is about children.
_UNSAMPLED = ("file", "digest", "vector")


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table of faces."""
    op.create_table(
        "faces",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("embedder", _text(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["records.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", "place"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for column in _UNSAMPLED:
            op.execute(f'ALTER TABLE faces ALTER COLUMN "{column}" SET STATISTICS 0')
