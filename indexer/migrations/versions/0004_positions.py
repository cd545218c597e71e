"""What a record of the night was compared up to: the place in the change log."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it. What was compared before has met nobody, as far as is known."""
    op.add_column(
        "reconciled",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="0"),
    )
