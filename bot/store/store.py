"""The bot's memory: servers' settings, answers given, corrections."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, delete, false, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.shards import Shards
from bot.store.database import Database
from bot.store.retry import Outage, retry_short_outages
from bot.store.rows import (
    answer_from_row,
    answer_to_row,
    correction_from_row,
    correction_to_row,
    guild_from_row,
    guild_to_row,
)
from bot.store.schema import ANSWERS, CORRECTIONS, GUILDS
from bot.store.serialisation import cards_to_json
from bot.store.shard_claims import ShardClaim
from bot.store.sql_confirmations import SqlConfirmations
from bot.store.values import Answer, AnsweredCard, Correction, Forgotten, GuildSettings, utc

ANSWERS_AT_ONCE = 200
"""Answers of a channel that are given at once: a thread of that many is long, and they fit in memory."""
CORRECTIONS_AT_ONCE = 100
"""Corrections that are given at once: as many as somebody looks through."""


class Store:
    """A store in a SQLite file, or in another database given by URL.

    Thread-safe, and each method is a transaction: all of it happens, or nothing. Methods take milliseconds and
    may wait for one another, so keep them off the event loop. Any of them raises :class:`StoreError` where the
    database can't be read or written. No photo and no text of a message is kept, and what is deleted is
    overwritten in a SQLite file.
    """

    def __init__(self, place: str | Path) -> None:
        """Open a store; a file is made where there is none, and an older version's is carried forward.

        Args:
            place: a file, in a folder that is there, or a database's URL such as ``postgresql+psycopg://...``.

        Raises:
            StoreError: it can't be opened, is damaged, another program's, or of a newer version.
        """
        self._database, self.outage = Database(place), Outage()
        self._confirmations: SqlConfirmations | None = None

    def close(self) -> None:
        """Close the store; no other method may be called after that."""
        if self._confirmations is not None:
            self._confirmations.end()
        self._database.close()

    def confirmations(self) -> SqlConfirmations:
        """Return where the engines of all processes that share the database keep what they learn; always the same."""
        if self._confirmations is None:
            self._confirmations = SqlConfirmations(self._database, self.outage)
        return self._confirmations

    def claim(self, shards: Shards) -> ShardClaim:
        """Return a process's claim of its shards, which is not made yet."""
        return ShardClaim(self._database, self.outage, shards)

    # -- servers

    @retry_short_outages
    def guild(self, guild_id: int) -> GuildSettings:
        """Return a server's settings, the defaults where none were saved."""
        defaults = GuildSettings(guild_id)
        with self._database.reading() as connection:
            row = connection.execute(select(GUILDS).where(GUILDS.c.guild_id == guild_id)).mappings().one_or_none()
            return defaults if row is None else guild_from_row(row)

    @retry_short_outages
    def save_guild(self, settings: GuildSettings) -> None:
        """Keep a server's settings in place of those it had."""
        row = guild_to_row(settings)
        # Two statements where each database has another word for one.
        change = update(GUILDS).where(GUILDS.c.guild_id == settings.guild_id).values(row)
        with self._database.writing() as connection:
            if connection.execute(change).rowcount:
                return
            try:
                with connection.begin_nested():
                    connection.execute(insert(GUILDS).values(row))
            except IntegrityError:
                # Another process was quicker: now there is a row to change.
                connection.execute(change)

    # -- answers

    @retry_short_outages
    def add_answer(self, answer: Answer) -> None:
        """Keep an answer under its key, which must be new; the very same one may be given again."""
        with self._database.writing() as connection:
            row = connection.execute(select(ANSWERS).where(ANSWERS.c.key == answer.key)).mappings().first()
            if row is None or answer_from_row(row) != answer:
                connection.execute(insert(ANSWERS).values(answer_to_row(answer)))

    @retry_short_outages
    def answer(self, key: str) -> Answer | None:
        """Return an answer, None where there is none of that key (any more)."""
        return self._one(ANSWERS.c.key == key)

    @retry_short_outages
    def answer_of_reply(self, reply_id: int) -> Answer | None:
        """Return the answer that a message of the bot's gives, None where it gives none."""
        return self._one(ANSWERS.c.reply_id == reply_id)

    @retry_short_outages
    def answers_in(self, channel_id: int, limit: int = ANSWERS_AT_ONCE) -> list[Answer]:
        """Return the last answers of a channel or thread, oldest first.

        Those without a source are not among them: only their asker saw them, so they are nobody else's to export.
        """
        wanted = (ANSWERS.c.channel_id == channel_id) & ANSWERS.c.source_message_id.is_not(None)
        latest = select(ANSWERS).where(wanted).order_by(ANSWERS.c.created_at.desc(), ANSWERS.c.key.desc()).limit(limit)
        with self._database.reading() as connection:
            return [answer_from_row(row) for row in connection.execute(latest).mappings()][::-1]

    @retry_short_outages
    def set_reply(self, key: str, reply_id: int) -> bool:
        """Keep which message of the bot's gives an answer; returns whether there is such an answer (any more)."""
        change = update(ANSWERS).where(ANSWERS.c.key == key).values(reply_id=reply_id)
        with self._database.writing() as connection:
            return connection.execute(change).rowcount > 0

    @retry_short_outages
    def correct_card(self, key: str, at: int, card: AnsweredCard) -> Answer | None:
        """Put a card in the place of one of an answer's, and leave to the others what anybody makes of them meanwhile.

        Returns:
            the answer as it is then, None where there is none of that key (any more).
        """
        its_row = ANSWERS.c.key == key
        with self._database.writing() as connection:
            # Locked, where a database knows locks of rows: another process reads it when this one has written.
            row = connection.execute(select(ANSWERS).where(its_row).with_for_update()).mappings().first()
            if row is None:
                return None
            after = answer_from_row(row).with_card(at, card)
            connection.execute(update(ANSWERS).where(its_row).values(cards=cards_to_json(after.cards)))
            return after

    @retry_short_outages
    def remove_answer(self, key: str) -> Forgotten:
        """Delete an answer and its corrections."""
        return self._forget(answers=ANSWERS.c.key == key)

    # -- corrections

    @retry_short_outages
    def add_correction(self, correction: Correction) -> bool:
        """Keep a correction, once however often it is given.

        Returns:
            False, and nothing is kept, where its answer was deleted meanwhile.
        """
        # Locked, where a database knows locks of rows: nobody deletes it before the correction is kept.
        there = select(ANSWERS.c.key).where(ANSWERS.c.key == correction.answer_key).with_for_update(read=True)
        with self._database.writing() as connection:
            if connection.execute(there).first() is None:
                return False
            if connection.execute(_same(correction)).first() is None:
                connection.execute(insert(CORRECTIONS).values(correction_to_row(correction)))
            return True

    @retry_short_outages
    def corrections(self, limit: int = CORRECTIONS_AT_ONCE) -> list[Correction]:
        """Return the last corrections, newest first."""
        latest = select(CORRECTIONS).order_by(CORRECTIONS.c.at.desc(), CORRECTIONS.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return [correction_from_row(row) for row in connection.execute(latest).mappings()]

    # -- forgetting

    @retry_short_outages
    def forget_user(self, user_id: int) -> Forgotten:
        """Delete all answers a user asked for, corrections of these, and the user's own corrections."""
        return self._forget(answers=ANSWERS.c.asker_id == user_id, corrections=CORRECTIONS.c.by == user_id)

    @retry_short_outages
    def forget_guild(self, guild_id: int) -> Forgotten:
        """Delete a server's settings, answers and corrections."""
        return self._forget(
            answers=ANSWERS.c.guild_id == guild_id,
            corrections=CORRECTIONS.c.guild_id == guild_id,
            guilds=GUILDS.c.guild_id == guild_id,
        )

    @retry_short_outages
    def forget_before(self, moment: datetime) -> Forgotten:
        """Delete answers and corrections older than a moment, which has a time zone; settings stay."""
        moment = utc(moment)
        return self._forget(answers=ANSWERS.c.created_at < moment, corrections=CORRECTIONS.c.at < moment)

    @retry_short_outages
    def counts(self) -> dict[str, int]:
        """Return how many rows each table has: ``guilds``, ``answers``, ``corrections``."""
        with self._database.reading() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (GUILDS, ANSWERS, CORRECTIONS)
            }

    def _one(self, wanted: ColumnElement[bool]) -> Answer | None:
        with self._database.reading() as connection:
            row = connection.execute(select(ANSWERS).where(wanted)).mappings().first()
            return None if row is None else answer_from_row(row)

    def _forget(
        self,
        *,
        answers: ColumnElement[bool],
        corrections: ColumnElement[bool] | None = None,
        guilds: ColumnElement[bool] | None = None,
    ) -> Forgotten:
        theirs = CORRECTIONS.c.answer_key.in_(select(ANSWERS.c.key).where(answers))
        doomed = theirs if corrections is None else or_(theirs, corrections)
        with self._database.writing() as connection:
            _lock(connection, ANSWERS.c.key, answers)
            _lock(connection, CORRECTIONS.c.id, doomed)
            deleted = delete(CORRECTIONS).where(doomed).returning(CORRECTIONS.c.confirmation_id)
            learnt = connection.execute(deleted).scalars().all()
            forgotten = Forgotten(
                confirmations=tuple(sorted(number for number in learnt if number is not None)),
                corrections=len(learnt),
                answers=connection.execute(delete(ANSWERS).where(answers)).rowcount,
                guilds=connection.execute(delete(GUILDS).where(false() if guilds is None else guilds)).rowcount,
            )
        self._database.wipe()
        return forgotten


def _same(correction: Correction) -> Select[int]:
    """Return the query for a correction that is this one: nobody corrects a card twice at one moment."""
    return select(CORRECTIONS.c.id).where(
        CORRECTIONS.c.answer_key == correction.answer_key,
        CORRECTIONS.c.card == correction.card,
        CORRECTIONS.c.by == correction.by,
        CORRECTIONS.c.at == correction.at,
    )


def _lock(connection: Connection, key: Column[Any], wanted: ColumnElement[bool]) -> None:
    """Lock rows, where a database knows such locks, in one order for all: two that forget never block each other."""
    connection.execute(select(key).where(wanted).order_by(key).with_for_update())
