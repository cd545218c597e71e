"""What a record of the night was compared up to: the place in the change log, and the weight of its last candidate."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both. What was compared before has neither: it is compared as if every candidate had been left out."""
    op.add_column(
        "reconciled",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="0"),
    )
    op.add_column("reconciled", sa.Column("floor", sa.Integer(), nullable=False, server_default="0"))
