"""Whether the file still holds remains of what was withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count withdrawals, and those that are rewritten out of the file."""
    op.add_column("installation", sa.Column("withdrawals", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("installation", sa.Column("scrubbed", sa.Integer(), nullable=False, server_default="0"))
    # Databases from before: what they deleted may still be in the file, so the next opening rewrites it once.
    op.execute("UPDATE installation SET withdrawals = 1")
