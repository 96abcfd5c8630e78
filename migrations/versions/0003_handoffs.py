"""Handovers as they went, further tokens and resume codes of a talk, skills and capacity of counsellors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=True),
        sa.Column("municipality", sa.String(60), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("theme", sa.String(40), nullable=True),
        sa.Column("crisis", sa.Boolean(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("wait_seconds", sa.Integer(), nullable=True),
        sa.Column("claimed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("left_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_handoffs_conversation_id_conversations"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipalities.id"], name=op.f("fk_handoffs_municipality_municipalities")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_handoffs_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
    )
    op.create_index("ix_handoffs_asked", "handoffs", ["municipality", "asked_at"])
    op.create_index(op.f("ix_handoffs_conversation_id"), "handoffs", ["conversation_id"])
    op.create_table(
        "talk_tokens",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_talk_tokens_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_talk_tokens")),
    )
    op.create_index(op.f("ix_talk_tokens_conversation_id"), "talk_tokens", ["conversation_id"])
    # Added one by one, not by copying the table: on SQLite a copy would cascade into the talks' messages.
    for column in (
        sa.Column("seen_by_relative", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("staff_until", sa.Integer(), nullable=True),
        sa.Column("consented_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("notify_email", sa.String(200), nullable=False, server_default=""),
        sa.Column("resume_hash", sa.String(64), nullable=True),
        sa.Column("resume_until", UtcDateTime(timezone=True), nullable=True),
    ):
        op.add_column("conversations", column)
    op.create_index("uq_conversations_resume_hash", "conversations", ["resume_hash"], unique=True)
    op.execute("UPDATE conversations SET staff_until = last_seq WHERE state = 'closed' AND waiting_since IS NOT NULL")
    for column in (
        sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("teams", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("capacity", sa.Integer(), nullable=True),
    ):
        op.add_column("staff", column)


def downgrade() -> None:
    for name in ("capacity", "teams", "languages"):
        op.drop_column("staff", name)
    op.drop_index("uq_conversations_resume_hash", "conversations")
    for name in ("resume_until", "resume_hash", "notify_email", "consented_at", "staff_until", "seen_by_relative"):
        op.drop_column("conversations", name)
    op.drop_table("talk_tokens")
    op.drop_table("handoffs")
