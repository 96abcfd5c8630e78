"""The staff stream's own positions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_positions",
        sa.Column("municipality", sa.String(60), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipalities.id"], name=op.f("fk_staff_positions_municipality_municipalities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("municipality", name=op.f("pk_staff_positions")),
    )
    op.create_table(
        "staff_entries",
        sa.Column("municipality", sa.String(60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_staff_entries_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("municipality", "position", name=op.f("pk_staff_entries")),
    )
    op.create_index("ix_staff_entries_conversation_id", "staff_entries", ["conversation_id"])
    # Positions were ids of messages until now. The new ones begin above them, so that an old one is told to reload.
    op.execute(
        "INSERT INTO staff_positions (municipality, last, since) SELECT m.id, "
        "(SELECT COALESCE(MAX(id), 0) + 1 FROM messages), (SELECT COALESCE(MAX(id), 0) + 1 FROM messages) "
        "FROM municipalities m"
    )


def downgrade() -> None:
    op.drop_table("staff_entries")
    op.drop_table("staff_positions")
