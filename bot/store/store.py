"""Guild settings, answers and corrections in a database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, false, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.core.shards import Shards
from bot.store.database import Database
from bot.store.retry import Outage, retry_short_outages
from bot.store.rows import answer_to_row, cards_to_json, correction_to_row, from_row, guild_to_row
from bot.store.schema import ANSWERS, CORRECTIONS, GUILDS, PEOPLE
from bot.store.shard_claims import ShardClaim
from bot.store.sql_confirmations import SqlConfirmations
from bot.store.values import Answer, AnsweredCard, Correction, Currency, Forgotten, GuildSettings, utc

ANSWERS_AT_ONCE = 200
"""Maximum number of a channel's answers that are returned: more than any game thread has, and they fit in memory."""
CORRECTIONS_AT_ONCE = 100


class Store:
    """A store in a SQLite file, or in another database given by URL. Thread-safe.

    Each method is a transaction. It takes milliseconds and may wait for others, so call it off the event loop. All of
    them raise :class:`StoreError` if the database can't be read or written. No photos and no message texts are stored,
    and deleted rows are overwritten in a SQLite file.
    """

    def __init__(self, place: str | Path) -> None:
        """Open a store, creating or migrating it if necessary.

        Args:
            place: a file in an existing folder, or a database URL such as ``postgresql+psycopg://...``.

        Raises:
            StoreError: it can't be opened, is damaged, belongs to another program, or to a newer version.
        """
        self._database, self.outage = Database(place), Outage()
        self._confirmations: SqlConfirmations | None = None

    def close(self) -> None:
        """Close the store; call no other method after this."""
        if self._confirmations is not None:
            self._confirmations.end()
        self._database.close()

    def confirmations(self) -> SqlConfirmations:
        """Return the confirmations of all processes that share the database; always the same object."""
        if self._confirmations is None:
            self._confirmations = SqlConfirmations(self._database, self.outage)
        return self._confirmations

    def claim(self, shards: Shards) -> ShardClaim:
        """Return a claim for these shards, not yet made."""
        return ShardClaim(self._database, self.outage, shards)

    # -- guilds

    @retry_short_outages
    def guild(self, guild_id: int) -> GuildSettings:
        """Return a guild's settings, or the defaults if none were saved."""
        defaults = GuildSettings(guild_id)
        with self._database.reading() as connection:
            row = connection.execute(select(GUILDS).where(GUILDS.c.guild_id == guild_id)).mappings().one_or_none()
            return defaults if row is None else from_row(GuildSettings, row)

    @retry_short_outages
    def save_guild(self, settings: GuildSettings) -> None:
        """Replace a guild's settings."""
        with self._database.writing() as connection:
            _put(connection, GUILDS, GUILDS.c.guild_id == settings.guild_id, guild_to_row(settings))

    # -- people

    @retry_short_outages
    def currency(self, user_id: int) -> Currency | None:
        """Return the currency a user chose for themselves, None if they didn't."""
        wanted = select(PEOPLE.c.currency).where(PEOPLE.c.user_id == user_id)
        with self._database.reading() as connection:
            chosen = connection.execute(wanted).scalar_one_or_none()
            return None if chosen is None else Currency(chosen)

    @retry_short_outages
    def save_currency(self, user_id: int, currency: Currency | None) -> None:
        """Store the currency a user chose; with None the choice is left to the guild again."""
        theirs = PEOPLE.c.user_id == user_id
        with self._database.writing() as connection:
            if currency is None:
                connection.execute(delete(PEOPLE).where(theirs))
            else:
                _put(connection, PEOPLE, theirs, {"user_id": user_id, "currency": str(currency)})

    # -- answers

    @retry_short_outages
    def add_answer(self, answer: Answer) -> None:
        """Store an answer under its key, which must be new, unless it is the very same answer."""
        with self._database.writing() as connection:
            row = connection.execute(select(ANSWERS).where(ANSWERS.c.key == answer.key)).mappings().first()
            if row is None or from_row(Answer, row) != answer:
                connection.execute(insert(ANSWERS).values(answer_to_row(answer)))

    @retry_short_outages
    def answer(self, key: str) -> Answer | None:
        """Return the answer with a key, None if there is none (any more)."""
        with self._database.reading() as connection:
            row = connection.execute(select(ANSWERS).where(ANSWERS.c.key == key)).mappings().first()
            return None if row is None else from_row(Answer, row)

    @retry_short_outages
    def answers_in(self, channel_id: int, limit: int = ANSWERS_AT_ONCE) -> list[Answer]:
        """Return the last answers of a channel or thread, oldest first.

        Answers without a source are left out: only their asker saw them, so nobody else may export them.
        """
        wanted = (ANSWERS.c.channel_id == channel_id) & ANSWERS.c.source_message_id.is_not(None)
        latest = select(ANSWERS).where(wanted).order_by(ANSWERS.c.created_at.desc(), ANSWERS.c.key.desc()).limit(limit)
        with self._database.reading() as connection:
            return [from_row(Answer, row) for row in connection.execute(latest).mappings()][::-1]

    @retry_short_outages
    def set_reply(self, key: str, reply_id: int) -> bool:
        """Store the id of an answer's message; returns whether the answer (still) exists."""
        change = update(ANSWERS).where(ANSWERS.c.key == key).values(reply_id=reply_id)
        with self._database.writing() as connection:
            return connection.execute(change).rowcount > 0

    @retry_short_outages
    def correct_card(self, key: str, at: int, card: AnsweredCard) -> Answer | None:
        """Replace one card of an answer, keeping what others change in its other cards meanwhile.

        Returns:
            the answer afterwards, None if there is none with this key (any more).
        """
        its_row = ANSWERS.c.key == key
        with self._database.writing() as connection:
            # Locked, on databases with row locks, so that another process reads it only after this one has written.
            row = connection.execute(select(ANSWERS).where(its_row).with_for_update()).mappings().first()
            if row is None:
                return None
            after = from_row(Answer, row).with_card(at, card)
            connection.execute(update(ANSWERS).where(its_row).values(cards=cards_to_json(after.cards)))
            return after

    @retry_short_outages
    def remove_answer(self, key: str) -> Forgotten:
        """Delete an answer and its corrections."""
        return self._forget(ANSWERS.c.key == key)

    # -- corrections

    @retry_short_outages
    def add_correction(self, correction: Correction) -> bool:
        """Store a correction, only once if it is given again.

        Returns:
            whether it is stored; False if its answer was deleted meanwhile.
        """
        # Locked, on databases with row locks, so that nobody deletes it before the correction is stored.
        answer = select(ANSWERS.c.key).where(ANSWERS.c.key == correction.answer_key).with_for_update(read=True)
        # Nobody corrects a card twice at the same moment.
        same = {"answer_key": correction.answer_key, "card": correction.card, "by": correction.by, "at": correction.at}
        with self._database.writing() as connection:
            if connection.execute(answer).first() is None:
                return False
            if connection.execute(select(CORRECTIONS.c.id).filter_by(**same)).first() is None:
                connection.execute(insert(CORRECTIONS).values(correction_to_row(correction)))
            return True

    @retry_short_outages
    def corrections(self, limit: int = CORRECTIONS_AT_ONCE) -> list[Correction]:
        """Return the last corrections, newest first."""
        latest = select(CORRECTIONS).order_by(CORRECTIONS.c.at.desc(), CORRECTIONS.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return [from_row(Correction, row) for row in connection.execute(latest).mappings()]

    # -- forgetting

    @retry_short_outages
    def forget_user(self, user_id: int) -> Forgotten:
        """Delete all answers a user asked for, their corrections, the user's own corrections, and their choices."""
        return self._forget(
            ANSWERS.c.asker_id == user_id, CORRECTIONS.c.by == user_id, people=PEOPLE.c.user_id == user_id
        )

    @retry_short_outages
    def forget_guild(self, guild_id: int) -> Forgotten:
        """Delete a guild's settings, answers and corrections."""
        return self._forget(*(table.c.guild_id == guild_id for table in (ANSWERS, CORRECTIONS, GUILDS)))

    @retry_short_outages
    def forget_before(self, moment: datetime) -> Forgotten:
        """Delete answers and corrections older than a moment, which has a time zone; settings stay."""
        moment = utc(moment)
        return self._forget(ANSWERS.c.created_at < moment, CORRECTIONS.c.at < moment)

    @retry_short_outages
    def counts(self) -> dict[str, int]:
        """Return how many rows each table has: ``guilds``, ``answers``, ``corrections``."""
        with self._database.reading() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (GUILDS, ANSWERS, CORRECTIONS)
            }

    def _forget(
        self,
        answers: ColumnElement[bool],
        corrections: ColumnElement[bool] | None = None,
        guilds: ColumnElement[bool] | None = None,
        people: ColumnElement[bool] | None = None,
    ) -> Forgotten:
        """Delete the answers, their corrections, further corrections, and choices that fulfil the conditions."""
        theirs = CORRECTIONS.c.answer_key.in_(select(ANSWERS.c.key).where(answers))
        doomed = theirs if corrections is None else or_(theirs, corrections)
        with self._database.writing() as connection:
            # On databases with row locks all lock in the same order, so that two deletions never block each other.
            for key, wanted in ((ANSWERS.c.key, answers), (CORRECTIONS.c.id, doomed)):
                connection.execute(select(key).where(wanted).order_by(key).with_for_update())
            if people is not None:
                connection.execute(delete(PEOPLE).where(people))
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


def _put(connection: Connection, table: Table, own: ColumnElement[bool], row: dict[str, Any]) -> None:
    """Insert a row, or replace the one that fulfils the condition."""
    # Two statements, because databases differ in how they do this in one.
    change = update(table).where(own).values(row)
    if connection.execute(change).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(row))
    except IntegrityError:
        # Another process was quicker: now there is a row to update.
        connection.execute(change)
