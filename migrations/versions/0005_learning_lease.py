"""Who learns the ranking anew, and until when it may."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.database

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('knowledge_state', schema=None) as batch_op:
        batch_op.add_column(sa.Column('learning_until', core.database.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('knowledge_state', schema=None) as batch_op:
        batch_op.drop_column('learning_until')
