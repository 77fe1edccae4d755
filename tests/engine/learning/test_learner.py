"""A confirmed card is recognised by its picture until the confirmation is revoked."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from engine import Confirmation, ConfirmationRefused, ConfirmationsError, Engine, Status
from engine.learning import learner
from tests.support.confirmed_photos import NAME, ORIGIN, identify, photo_of

ANOTHER = "Bellrook Sentry"
"""A card that the index has."""


@pytest.fixture
def opened(lacking_artifacts):
    """Return a function that opens the engine over an overlay file; all are closed at the end."""
    with ExitStack() as engines:
        yield lambda overlay: engines.enter_context(closing(Engine.open(lacking_artifacts, threads=1, overlay=overlay)))


@pytest.fixture(scope="module")
def shared_overlay(tmp_path_factory):
    return tmp_path_factory.mktemp("overlay") / "overlay.sqlite"


@pytest.fixture(scope="module")
def shared_engine(lacking_artifacts, shared_overlay):
    with closing(Engine.open(lacking_artifacts, threads=1, overlay=shared_overlay)) as engine:
        yield engine


@pytest.fixture(scope="module")
def filled_overlay(lacking_artifacts, monday, tmp_path_factory):
    """A file with one confirmation, whose engine is closed again. Only to be copied."""
    path = tmp_path_factory.mktemp("filled") / "overlay.sqlite"
    with closing(Engine.open(lacking_artifacts, threads=1, overlay=path)) as engine:
        confirm(engine, monday)
    return path


@pytest.fixture
def overlay(filled_overlay, tmp_path):
    return Path(shutil.copy(filled_overlay, tmp_path))


@pytest.fixture
def engine(shared_engine):
    """An engine without confirmations; those of the test are revoked after it."""
    yield shared_engine
    for kept in shared_engine.confirmations():
        shared_engine.revoke(kept.id)


@pytest.fixture(scope="module")
def monday():
    return photo_of(NAME, 1)


@pytest.fixture(scope="module")
def tuesday():
    return photo_of(NAME, 2)


def confirm(engine, photo, name=NAME, **more):
    return engine.confirm(*photo, name, **{"origin": ORIGIN, **more})


def code_of(caught):
    return caught.value.code


class TestLearning:
    def test_a_confirmed_card_is_recognised_in_another_photo(self, engine, monday, tuesday):
        assert identify(engine, tuesday)[0] is Status.UNKNOWN
        confirm(engine, monday)
        assert identify(engine, tuesday) == (Status.IDENTIFIED, NAME)

    def test_an_indexed_card_is_named_as_before(self, engine, monday):
        known = photo_of(ANOTHER, 3)
        before = identify(engine, known)
        confirm(engine, monday)
        assert identify(engine, known) == before == (Status.IDENTIFIED, ANOTHER)

    def test_corners_from_identify_are_accurate_enough(self, engine, monday, tuesday):
        (card,) = engine.identify(monday[0]).cards
        engine.confirm(monday[0], card.corners, NAME, origin=ORIGIN)
        assert identify(engine, tuesday) == (Status.IDENTIFIED, NAME)

    def test_confirmations_survive_a_restart(self, opened, overlay, tuesday):
        assert identify(opened(overlay), tuesday) == (Status.IDENTIFIED, NAME)

    def test_a_confirmation_is_listed_with_its_origin(self, engine, monday):
        ident = confirm(engine, monday, "BRINEWAKE OLDMAW", printing=("DMO", "6"))
        (kept,) = engine.confirmations()
        expected = Confirmation(ident, NAME, "dmo", "6", ORIGIN, kept.created_at, searched=True)
        assert kept == expected
        assert datetime.fromisoformat(kept.created_at).tzinfo is UTC

    def test_an_equivalent_confirmation_is_stored_once(self, engine, monday, tuesday):
        first = confirm(engine, monday)
        assert confirm(engine, monday, origin="guild 99") == first
        assert [kept.id for kept in engine.confirmations()] == [first]

    def test_contradicting_confirmations_leave_the_card_unsure(self, engine, monday, tuesday):
        confirm(engine, monday)
        wrong = confirm(engine, monday, ANOTHER)
        assert identify(engine, tuesday)[0] is Status.UNSURE
        engine.revoke(wrong)
        assert identify(engine, tuesday) == (Status.IDENTIFIED, NAME)

    def test_a_printing_confirmed_later_is_a_new_entry(self, engine, monday):
        assert confirm(engine, monday) != confirm(engine, monday, printing=("dmo", "6"))

    def test_active_confirmations_are_the_identical_tuple_until_they_change(self, engine, monday):
        assert engine.active_confirmations() == ()
        confirm(engine, monday)
        (entry,) = learnt = engine.active_confirmations()
        assert (entry.name, entry.origin, len(entry.vector)) == (NAME, ORIGIN, 2 * 192)
        assert engine.active_confirmations() is learnt
        engine.revoke_origin("user 56")
        assert engine.active_confirmations() == ()


class TestRevoking:
    def test_a_revoked_card_is_unknown_again(self, engine, monday, tuesday):
        before = engine.identify(tuesday[0]).cards
        ident = confirm(engine, monday)
        assert engine.revoke(ident)
        assert engine.identify(tuesday[0]).cards == before
        assert engine.confirmations() == []
        assert not engine.revoke(ident)

    @pytest.mark.parametrize("part", ["guild 12", "user 56", "message 34", "guild 12 / message 34", ORIGIN])
    def test_whole_parts_of_an_origin_revoke_all_that_has_them(self, engine, monday, part):
        confirm(engine, monday)
        assert engine.revoke_origin(part) == 1
        assert engine.confirmations() == []

    @pytest.mark.parametrize("part", ["guild 1", "user 5", "12", "guild 12 / user 56", "%", "guild 123"])
    def test_a_partial_part_revokes_nothing(self, engine, monday, part):
        confirm(engine, monday)
        assert engine.revoke_origin(part) == 0
        assert len(engine.confirmations()) == 1

    def test_a_process_sees_confirmations_and_revocations_of_another(
        self, engine, opened, shared_overlay, monday, tuesday
    ):
        bot, maintainer = engine, opened(shared_overlay)
        ident = confirm(bot, monday)
        assert [kept.id for kept in maintainer.confirmations()] == [ident]
        assert identify(maintainer, tuesday) == (Status.IDENTIFIED, NAME)
        assert maintainer.revoke(ident)
        assert identify(bot, tuesday)[0] is Status.UNKNOWN


class TestAnotherNetwork:
    def test_its_vectors_are_stored_and_listed_but_not_searched(self, opened, overlay, monday, tuesday):
        with closing(sqlite3.connect(overlay)) as file, file:
            file.execute("UPDATE confirmations SET embedder = ?", ("0" * 64,))
        later = opened(overlay)
        assert identify(later, tuesday)[0] is Status.UNKNOWN
        ((ident, searched),) = [(kept.id, kept.searched) for kept in later.confirmations()]
        assert not searched
        assert confirm(later, monday) != ident, "the new network's vector is another thing"
        assert identify(later, tuesday) == (Status.IDENTIFIED, NAME)
        assert later.revoke(ident)

    def test_a_name_that_the_catalogue_lost_is_stored_but_not_searched(self, opened, overlay, tuesday):
        with closing(sqlite3.connect(overlay)) as file, file:
            file.execute("UPDATE confirmations SET name = 'Lost to the Ages of Paper'")
        later = opened(overlay)
        assert identify(later, tuesday)[0] is Status.UNKNOWN
        assert [kept.searched for kept in later.confirmations()] == [False]


class TestRefused:
    def test_a_face_that_looks_like_another_card_is_refused(self, engine):
        with pytest.raises(ConfirmationRefused, match=f"looks like {ANOTHER}, not like {NAME}") as caught:
            confirm(engine, photo_of(ANOTHER, 3), NAME)
        assert code_of(caught) == "looks_like_another"
        assert engine.confirmations() == []

    def test_a_face_that_the_index_knows_by_this_name_is_accepted(self, engine):
        confirm(engine, photo_of(ANOTHER, 3), ANOTHER)

    def test_an_unknown_name_is_refused(self, engine, monday):
        with pytest.raises(ConfirmationRefused, match="Brinewake Newmaw") as caught:
            confirm(engine, monday, "Brinewake Newmaw")
        assert code_of(caught) == "unknown_name"

    @pytest.mark.parametrize("printing", [("dmo", "7"), ("lea", "6"), ("dmo", "")])
    def test_an_unknown_printing_is_refused(self, engine, monday, printing):
        with pytest.raises(ConfirmationRefused, match=NAME) as caught:
            confirm(engine, monday, printing=printing)
        assert code_of(caught) == "unknown_printing"

    @pytest.mark.parametrize(
        "change",
        [
            lambda c: c[::-1],
            lambda c: c[[0, 2, 1, 3]],
            lambda c: c[:3],
            lambda c: c * np.nan,
            lambda c: c + 900,
            lambda c: np.repeat(c[:1], 4, axis=0),
            lambda c: "four corners",
            lambda c: [[0, 0], [1]],
        ],
        ids=["mirrored", "crossed", "three", "no numbers", "elsewhere", "one point", "a text", "ragged"],
    )
    def test_implausible_corners_are_refused(self, engine, monday, change):
        with pytest.raises(ConfirmationRefused) as caught:
            confirm(engine, (monday[0], change(monday[1])))
        assert code_of(caught) == "bad_corners"

    def test_a_thumbnail_is_refused(self, engine, monday):
        height = np.linalg.norm(monday[1][3] - monday[1][0])
        small = monday[1] * np.float32(0.9 * learner.MIN_HEIGHT_PX / height)
        with pytest.raises(ConfirmationRefused, match="pixels high") as caught:
            confirm(engine, (monday[0], small))
        assert code_of(caught) == "face_too_small"

    @pytest.mark.parametrize("origin", ["", "  ", "guild\n1", "x" * (learner.MAX_ORIGIN_LETTERS + 1)])
    def test_an_unprintable_or_overlong_origin_is_refused(self, engine, monday, origin):
        with pytest.raises(ValueError, match="printable letters"):
            confirm(engine, monday, origin=origin)
        with pytest.raises(ValueError, match="printable letters"):
            engine.revoke_origin(origin)

    def test_without_an_overlay_everything_is_refused(self, demo_engine, monday):
        for ask in (
            lambda: confirm(demo_engine, monday),
            lambda: demo_engine.revoke(1),
            lambda: demo_engine.revoke_origin("user 56"),
            demo_engine.confirmations,
        ):
            with pytest.raises(ConfirmationRefused) as caught:
                ask()
            assert code_of(caught) == "no_overlay"


class TestTrouble:
    def test_a_file_damaged_while_open_stops_learning_but_not_recognition(self, opened, overlay, monday, tuesday):
        engine = opened(overlay)
        with closing(sqlite3.connect(overlay)) as file, file:
            file.execute("UPDATE confirmations SET vector = x'003C'")  # of length 1, but one number
        assert identify(engine, tuesday) == (Status.IDENTIFIED, NAME), "what was known before"
        with pytest.raises(ConfirmationsError) as caught:
            confirm(engine, monday)
        assert code_of(caught) == "overlay_damaged"

    def test_a_damaged_file_is_reported_when_opening(self, opened, tmp_path):
        (tmp_path / "overlay.sqlite").write_bytes(b"no file of ours " * 100)
        with pytest.raises(ConfirmationsError, match=r"overlay\.sqlite is damaged") as caught:
            opened(tmp_path / "overlay.sqlite")
        assert code_of(caught) == "overlay_damaged"

    def test_searches_work_while_others_confirm_and_revoke(self, engine, monday, tuesday):
        allowed = {(Status.IDENTIFIED, NAME), identify(engine, tuesday)}

        def learn_and_forget(turn):
            return engine.revoke(confirm(engine, monday, origin=f"user {turn}"))

        with ThreadPoolExecutor(4) as pool:
            revoked = [pool.submit(learn_and_forget, turn) for turn in range(4)]
            seen = [pool.submit(identify, engine, tuesday) for _ in range(4)]
            assert {one.result() for one in seen} <= allowed
            # Two that confirm the same at once share one confirmation, which only one of them revokes.
            assert True in {one.result() for one in revoked}
        assert engine.confirmations() == []
        assert identify(engine, tuesday)[0] is Status.UNKNOWN
