"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Words about children. PostgreSQL keeps samples of columns for its planner, where no withdrawal reaches them: not of these.
_UNSAMPLED = {
    "records": ("record_id", "data", "source_row"),
    "record_versions": ("data", "source_row"),
    "matches": ("payload",),
    "decisions": ("reason",),
    "reconciliations": ("summary",),
    "rejected_rows": ("column", "message", "source_row"),
}


def _text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make all tables."""

    op.create_table('change_log',
    sa.Column('position', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('number', _NUMBER, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.Column('at', _text(32), nullable=False),
    sa.PrimaryKeyConstraint('position'),
    sqlite_autoincrement=True
    )
    op.create_table('installation',
    sa.Column('id', _text(32), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('reconciliations',
    sa.Column('id', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('full', sa.Boolean(), nullable=False),
    sa.Column('status', _text(10), nullable=False),
    sa.Column('started_at', _text(32), nullable=False),
    sa.Column('finished_at', _text(32), nullable=True),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_table('records',
    sa.Column('number', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('record_id', _text(200), nullable=False),
    sa.Column('kind', _text(10), nullable=False),
    sa.Column('status', _text(10), nullable=False),
    sa.Column('source', _text(200), nullable=False),
    sa.Column('traceable', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.LargeBinary(length=16), nullable=False),
    sa.Column('data', sa.Text(), nullable=False),
    sa.Column('source_row', sa.Text(), nullable=False),
    sa.Column('updated_at', _text(32), nullable=False),
    sa.PrimaryKeyConstraint('number'),
    sa.UniqueConstraint('record_id'),
    sqlite_autoincrement=True
    )
    op.create_index('records_by_kind', 'records', ['kind', 'status', 'number'], unique=False)
    op.create_table('rejected_rows',
    sa.Column('id', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('file', _text(400), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('column', _text(200), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('source_row', sa.Text(), nullable=False),
    sa.Column('id_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('at', _text(32), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_rejected_rows_id_hash'), 'rejected_rows', ['id_hash'], unique=False)
    op.create_index('rejected_by_file', 'rejected_rows', ['file'], unique=False)
    op.create_table('tombstones',
    sa.Column('id_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('withdrawn_on', _text(10), nullable=False),
    sa.PrimaryKeyConstraint('id_hash')
    )
    op.create_table('matches',
    sa.Column('id', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('report_number', _NUMBER, nullable=False),
    sa.Column('intake_number', _NUMBER, nullable=False),
    sa.Column('status', _text(24), nullable=False),
    sa.Column('likelihood', _text(10), nullable=False),
    sa.Column('outcome', _text(16), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('probability', sa.Float(), nullable=False),
    sa.Column('coverage', sa.Float(), nullable=False),
    sa.Column('held', sa.Boolean(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('latest_score', sa.Float(), nullable=False),
    sa.Column('latest_probability', sa.Float(), nullable=False),
    sa.Column('report_version', sa.Integer(), nullable=False),
    sa.Column('intake_version', sa.Integer(), nullable=False),
    sa.Column('compared_hash', _text(80), nullable=False),
    sa.Column('model', _text(64), nullable=False),
    sa.Column('created_at', _text(32), nullable=False),
    sa.Column('updated_at', _text(32), nullable=False),
    sa.ForeignKeyConstraint(['intake_number'], ['records.number'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['report_number'], ['records.number'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('report_number', 'intake_number'),
    sqlite_autoincrement=True
    )
    op.create_index('matches_by_intake', 'matches', ['intake_number'], unique=False)
    op.create_index('matches_by_status', 'matches', ['status', 'probability'], unique=False)
    op.create_table('reconciled',
    sa.Column('number', _NUMBER, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('model', _text(64), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['records.number'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('number')
    )
    op.create_table('record_versions',
    sa.Column('number', _NUMBER, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('data', sa.Text(), nullable=False),
    sa.Column('source_row', sa.Text(), nullable=False),
    sa.Column('updated_at', _text(32), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['records.number'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('number', 'version')
    )
    op.create_table('decisions',
    sa.Column('id', _NUMBER, autoincrement=True, nullable=False),
    sa.Column('match_id', _NUMBER, nullable=False),
    sa.Column('decision', _text(24), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by', _text(200), nullable=False),
    sa.Column('at', _text(32), nullable=False),
    sa.Column('status_before', _text(24), nullable=False),
    sa.Column('status_after', _text(24), nullable=False),
    sa.Column('follows', _NUMBER, nullable=True),
    sa.Column('undoes', _NUMBER, nullable=True),
    sa.ForeignKeyConstraint(['match_id'], ['matches.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_decisions_match_id'), 'decisions', ['match_id'], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _UNSAMPLED.items():
            for column in columns:
                op.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" SET STATISTICS 0')
