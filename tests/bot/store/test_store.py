"""The store, in real files and on a real server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.messages import LANGUAGES
from bot.store import Answer, Currency, Forgotten, GuildSettings, Store, StoreError
from tests.support.bot.stored_values import NOON, answer, answers, card, correction, ids, shares


class TestServers:
    def test_without_saved_settings_the_defaults_are_returned(self, store: Store):
        assert store.guild(7) == GuildSettings(7)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
    @given(
        st.builds(
            GuildSettings,
            ids,
            st.frozensets(ids, max_size=3),
            st.booleans(),
            st.booleans(),
            shares,
            st.none() | st.sampled_from(LANGUAGES),
            st.booleans(),
            st.frozensets(ids, max_size=3),
            st.sampled_from(Currency),
        )
    )
    def test_saved_settings_come_back(self, store: Store, chosen: GuildSettings):
        store.save_guild(chosen)
        assert store.guild(chosen.guild_id) == chosen

    def test_saved_settings_replace_the_previous_ones(self, store: Store):
        store.save_guild(GuildSettings(7, frozenset({1, 2}), quiet=True))
        store.save_guild(GuildSettings(8, lookups=True))
        store.save_guild(GuildSettings(7, frozenset({3})))
        assert store.guild(7) == GuildSettings(7, frozenset({3}))
        assert store.guild(8) == GuildSettings(8, lookups=True)
        assert store.counts()["guilds"] == 2

    def test_forgetting_a_guild_deletes_everything_of_it_and_nothing_else(self, store: Store):
        for guild, key in ((7, "theirs"), (8, "others")):
            store.save_guild(GuildSettings(guild, quiet=True))
            store.add_answer(answer(key, guild=guild))
            store.add_correction(correction(key, guild=guild))
        assert store.forget_guild(7) == Forgotten(guilds=1, answers=1, corrections=1)
        assert store.guild(7) == GuildSettings(7)
        assert store.counts() == {"guilds": 1, "answers": 1, "corrections": 1}
        assert store.answer("others") is not None


class TestPeople:
    def test_who_chose_no_currency_has_none(self, store: Store):
        assert store.currency(5) is None

    def test_a_chosen_currency_comes_back_until_it_is_changed(self, store: Store):
        for chosen in (Currency.EUROS, Currency.NONE, None):
            store.save_currency(5, chosen)
            store.save_currency(6, Currency.DOLLARS)
            assert store.currency(5) is chosen
        assert store.currency(6) is Currency.DOLLARS

    def test_forgetting_a_user_deletes_their_choice_only(self, store: Store):
        for user in (5, 6):
            store.save_currency(user, Currency.EUROS)
        store.forget_user(5)
        assert (store.currency(5), store.currency(6)) == (None, Currency.EUROS)


class TestAnswers:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
    @given(answers)
    def test_each_comes_back_as_it_was(self, store: Store, given_answer: Answer):
        store.remove_answer(given_answer.key)
        store.add_answer(given_answer)
        # Compared in UTC, because Python never considers ambiguous local times equal.
        in_utc = replace(given_answer, created_at=given_answer.created_at.astimezone(UTC))
        assert store.answer(given_answer.key) == in_utc

    def test_an_unknown_key_has_no_answer(self, store: Store):
        assert store.answer("unknown") is None

    def test_moments_come_back_in_utc(self, store: Store):
        local = datetime(2026, 5, 1, 14, tzinfo=timezone(timedelta(hours=2)))
        store.add_answer(replace(answer(), created_at=local))
        kept = store.answer("first")
        assert kept is not None
        assert (kept.created_at, kept.created_at.tzinfo) == (NOON, UTC)

    def test_a_thread_s_answers_come_oldest_first_without_private_ones(self, store: Store):
        for key, minutes in (("late", 9), ("early", 1), ("between", 5)):
            store.add_answer(answer(key, minutes=minutes))
        store.add_answer(answer("elsewhere", channel=3))
        store.add_answer(answer("private", public=False))
        assert [one.key for one in store.answers_in(2)] == ["early", "between", "late"]

    def test_the_number_of_answers_is_limited_to_the_last_ones(self, store: Store):
        for minutes in range(4):
            store.add_answer(answer(f"at-{minutes}", minutes=minutes))
        assert [one.key for one in store.answers_in(2, limit=2)] == ["at-2", "at-3"]

    def test_a_card_is_corrected_if_its_answer_still_exists(self, store: Store):
        store.add_answer(answer(cards=(card("Fog"), card("Dog"))))
        corrected = answer(cards=(card("Fog"), card("Shock")))
        assert store.correct_card("first", 1, card("Shock")) == corrected
        assert store.answer("first") == corrected
        store.remove_answer("first")
        assert store.correct_card("first", 1, card("Shock")) is None
        assert store.answer("first") is None

    def test_the_reply_of_an_answer_is_stored_if_it_still_exists(self, store: Store):
        store.add_answer(answer())
        store.correct_card("first", 0, card("Shock"))
        assert store.set_reply("first", 9)
        assert store.answer("first") == answer(reply=9, cards=(card("Shock"),))
        assert not store.set_reply("gone", 9)

    def test_correcting_a_card_keeps_earlier_corrections(self, store: Store):
        store.add_answer(answer())
        store.add_correction(correction())
        store.correct_card("first", 0, card("Shock"))
        assert store.corrections() == [correction()]

    def test_the_very_same_one_is_stored_once(self, store: Store):
        for _ in range(2):
            store.add_answer(answer())
        assert store.counts()["answers"] == 1

    def test_a_second_answer_with_the_same_key_is_refused_without_quoting_it(self, store: Store):
        store.add_answer(answer(asker=987654321))
        with pytest.raises(StoreError) as refusal:
            store.add_answer(answer(asker=987654321, reply=1))
        assert "987654321" not in f"{refusal.value} {refusal.value.__cause__}"


class TestCorrections:
    def test_they_come_newest_first_up_to_the_limit(self, store: Store):
        store.add_answer(answer())
        given_ones = [correction(minutes=minutes, name=f"Name {minutes}") for minutes in range(3)]
        assert all(store.add_correction(one) for one in given_ones)
        assert store.corrections() == given_ones[::-1]
        assert store.corrections(limit=2) == given_ones[:0:-1]

    def test_the_very_same_one_is_stored_once(self, store: Store):
        store.add_answer(answer())
        assert [store.add_correction(correction()) for _ in range(2)] == [True, True]
        assert store.corrections() == [correction()]

    def test_a_correction_of_a_deleted_answer_is_not_stored(self, store: Store):
        assert not store.add_correction(correction("gone"))
        assert store.counts()["corrections"] == 0


class TestForgetting:
    def test_a_user_s_answers_and_corrections_are_deleted_and_others_stay(self, store: Store):
        store.add_answer(answer("mine", asker=5))
        store.add_answer(answer("other", asker=6))
        store.add_correction(correction("mine", by=6, confirmation=31))
        store.add_correction(correction("other", by=5, confirmation=12))
        store.add_correction(correction("other", by=6, confirmation=99))
        assert store.forget_user(5) == Forgotten(answers=1, corrections=2, confirmations=(12, 31))
        assert store.answer("mine") is None
        assert store.answer("other") == answer("other", asker=6)
        assert [one.confirmation_id for one in store.corrections()] == [99]

    def test_forgetting_somebody_unknown_deletes_nothing(self, store: Store):
        store.add_answer(answer())
        assert store.forget_user(6) == Forgotten()
        assert store.counts()["answers"] == 1

    def test_everything_older_than_a_moment_is_deleted_but_settings(self, store: Store):
        store.save_guild(GuildSettings(1, quiet=True))
        store.add_answer(answer("old", minutes=-1))
        store.add_answer(answer("new", minutes=0))
        store.add_correction(correction("old", minutes=5))
        store.add_correction(correction("new", minutes=5))
        assert store.forget_before(NOON.astimezone(timezone(timedelta(hours=-9)))) == Forgotten(
            answers=1, corrections=1
        )
        assert store.counts() == {"guilds": 1, "answers": 1, "corrections": 1}
        assert store.answer("new") is not None

    def test_a_moment_without_a_time_zone_is_refused(self, store: Store):
        with pytest.raises(ValueError, match="time zone"):
            store.forget_before(datetime(2026, 1, 1))  # noqa: DTZ001

    @pytest.mark.parametrize("how", ["remove", "user", "guild", "before"])
    def test_deleted_data_leaves_no_trace_in_any_file(self, file_store: Store, path: Path, how: str):
        store = file_store
        store.add_answer(answer("first", cards=(card("Trace of the Deleted"),)))
        store.add_correction(correction("first", name="Trace of the Correction"))
        assert b"Trace of the Deleted" in contents(path)
        {
            "remove": lambda: store.remove_answer("first"),
            "user": lambda: store.forget_user(5),
            "guild": lambda: store.forget_guild(1),
            "before": lambda: store.forget_before(NOON + timedelta(days=1)),
        }[how]()
        assert b"Trace of the" not in contents(path)


def contents(path: Path) -> bytes:
    """Return the contents of the store's folder: the file and SQLite's log."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


class TestRestart:
    def test_everything_is_still_there_afterwards(self, place: str | Path):
        with closing(Store(place)) as store:
            store.save_guild(GuildSettings(1, frozenset({2})))
            store.add_answer(answer(reply=4))
            store.add_correction(correction())
        with closing(Store(place)) as store:
            assert store.guild(1) == GuildSettings(1, frozenset({2}))
            assert store.answer("first") == answer(reply=4)
            assert store.corrections() == [correction()]

    def test_stored_data_survives_a_crash(self, path: Path, tmp_path: Path):
        with closing(Store(path)) as store:
            store.add_answer(answer())
            crashed = tmp_path / "crashed"
            crashed.mkdir()
            for file in (path, path.with_name(path.name + "-wal")):
                (crashed / file.name).write_bytes(file.read_bytes())
        with closing(Store(crashed / path.name)) as store:
            assert store.answer("first") == answer()


class TestThreads:
    def test_many_threads_can_read_and_write_at_once(self, store: Store):
        def work(worker: int) -> None:
            for number in range(8):
                key = f"{worker}-{number}"
                store.add_answer(answer(key, asker=worker + 1))
                store.save_guild(GuildSettings(1, frozenset({worker + 1})))
                assert store.answer(key) == answer(key, asker=worker + 1)
                assert store.add_correction(correction(key, by=worker + 1))
            store.answers_in(2)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        assert store.counts() == {"guilds": 1, "answers": 64, "corrections": 64}

    def test_simultaneous_deletions_count_each_answer_once(self, store: Store):
        for number in range(20):
            store.add_answer(answer(f"a{number}"))
        with ThreadPoolExecutor(4) as pool:
            gone = list(pool.map(store.forget_user, [5] * 4))
        assert sum(one.answers for one in gone) == 20

    def test_two_stores_of_one_database_see_each_other_s_changes(self, store: Store, place: str | Path):
        with closing(Store(place)) as other:
            other.add_answer(answer())
            assert store.answer("first") == answer()
