"""The catalogue: opening files, rows, titles and look-ups, with a tiny catalogue and the shipped one."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import astuple
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.names import fold, name_key
from engine.catalogue.schema import SCHEMA_VERSION
from engine.core.errors import ArtifactDamaged, ArtifactMismatch, ArtifactMissing
from engine.reading.title_matcher import TitleMatcher, title_key
from tests.support.metadata import printing, write_metadata
from training.catalogue.build import write_catalogue
from training.catalogue.csv_source import CsvCards

SHIPPED = Path(engine.__file__).parent / "data" / "catalogue.sqlite"


@pytest.fixture(name="path")
def _path(tmp_path):
    """A catalogue of a few cards that are easily confused."""
    cards = ["Storm Crow", "Crow Storm", "Fire // Ice", "Lava, Axe", "Lava Axe", "_____", "Blitz"]
    metadata = write_metadata(
        tmp_path / "metadata",
        cards=[{"name": name} for name in cards],
        printings=[printing("Storm Crow"), printing("Storm Crow", collector_number="2"), printing("Crow Storm")],
        printed_names=[
            {"lang": "de", "name": "Lava Axe", "printed_name": "Lava-Axt"},
            {"lang": "fr", "name": "Lava Axe", "printed_name": "Lava Axe"},
            {"lang": "de", "name": "Storm Crow", "printed_name": "Blitz"},
        ],
    )
    write_catalogue(CsvCards(metadata), tmp_path / "catalogue.sqlite")
    return tmp_path / "catalogue.sqlite"


@pytest.fixture(name="tiny")
def _tiny(path):
    with closing(Catalogue.open(path)) as catalogue:
        yield catalogue


@pytest.fixture(name="shipped", scope="module")
def _shipped():
    with closing(Catalogue.open(SHIPPED)) as catalogue:
        yield catalogue


class TestOpening:
    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(ArtifactMissing, match=r"nowhere\.sqlite") as caught:
            Catalogue.open(tmp_path / "nowhere.sqlite")
        assert caught.value.code == "artifact_missing"

    def test_a_folder_is_refused(self, tmp_path):
        with pytest.raises(ArtifactDamaged):
            Catalogue.open(tmp_path)

    @pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + bytes(16), bytes(5000)])
    def test_a_file_that_is_not_sqlite_s_is_damaged(self, tmp_path, content):
        (tmp_path / "c.sqlite").write_bytes(content)
        with pytest.raises(ArtifactDamaged, match=r"c\.sqlite"):
            Catalogue.open(tmp_path / "c.sqlite")

    def test_a_closed_catalogue_can_be_reopened(self, path):
        with closing(Catalogue.open(path)) as catalogue:
            before = catalogue.printings(1)
            catalogue.close()
            catalogue.reopen()
            assert catalogue.printings(1) == before

    def test_reopening_ignores_a_link_that_points_elsewhere_now(self, path, tmp_path):
        link, other = tmp_path / "current", tmp_path / "other"
        other.mkdir()
        (other / path.name).write_bytes(SHIPPED.read_bytes())
        link.symlink_to(path.parent)
        with closing(Catalogue.open(link / path.name)) as catalogue:
            catalogue.close()
            link.unlink()
            link.symlink_to(other)
            catalogue.reopen()
            assert catalogue.card(1).name in ("Storm Crow", "Crow Storm", "Blitz", "Lava Axe", "_____")

    @pytest.mark.parametrize("content", [None, b"another"])
    def test_a_removed_or_replaced_file_is_not_reopened(self, path, content):
        with closing(Catalogue.open(path)) as catalogue:
            catalogue.close()
            path.unlink()
            if content:
                path.write_bytes(content)
            with pytest.raises(ArtifactMismatch, match="Start the program again"):
                catalogue.reopen()

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
    def test_a_truncated_file_is_damaged(self, path, share):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(ArtifactDamaged, match=r"catalogue\.sqlite"):
            Catalogue.open(path)

    def test_overwritten_pages_are_noticed_when_read(self, path):
        content = path.read_bytes()
        path.write_bytes(content[:4096] + bytes(len(content) - 4096))
        with closing(Catalogue.open(path)) as catalogue, pytest.raises(ArtifactDamaged):
            len(catalogue.titles)

    def test_another_format_is_a_mismatch_that_names_both(self, path):
        with closing(sqlite3.connect(path)) as database:
            database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        with pytest.raises(ArtifactMismatch, match=f"format {SCHEMA_VERSION + 1}.*format {SCHEMA_VERSION}"):
            Catalogue.open(path)

    def test_a_path_with_odd_characters_opens(self, path, tmp_path):
        odd = tmp_path / "a?b#c %20 é.sqlite"
        odd.write_bytes(path.read_bytes())
        with closing(Catalogue.open(str(odd))) as catalogue:
            assert catalogue.find("storm crow")

    def test_the_file_is_never_changed(self, tiny, path):
        before = path.read_bytes()
        tiny.lookup("crow")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            tiny._connection.execute("DELETE FROM cards")
        assert path.read_bytes() == before


class TestRows:
    def test_an_unknown_card_is_a_key_error(self, tiny):
        with pytest.raises(KeyError):
            tiny.card(999)

    def test_a_card_without_printings_links_to_a_search_for_its_name(self, tiny):
        entry = tiny.entry(tiny.find("Lava, Axe"), score=0.5)
        assert entry.scryfall_uri == "https://scryfall.com/search?q=%21%22Lava%2C%20Axe%22"
        assert (entry.image_uri, entry.printings, entry.score) == (None, 0, 0.5)

    def test_a_printing_without_id_has_its_picture_by_number(self, tiny):
        entry = tiny.entry(tiny.find("Storm Crow"))
        assert entry.image_uri == "https://api.scryfall.com/cards/one/1?format=image&version=normal"
        assert entry.printings == 2
        page = tiny.printings(tiny.find("Crow Storm"))[0].scryfall_uri
        assert page == "https://scryfall.com/card/one/1"

    def test_threads_may_share_a_catalogue(self, tiny):
        ids = [tiny.find("Storm Crow"), tiny.find("Fire // Ice")] * 50
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda i: tiny.card(i).id, ids)) == ids


class TestTitles:
    def test_each_face_is_a_title_but_the_full_name_is_not(self, tiny):
        fire = tiny.find("Fire // Ice")
        assert [(t.text, t.face) for t in tiny.titles if t.card_id == fire] == [("Fire", 0), ("Ice", 1)]

    def test_a_foreign_name_stands_beside_the_english_one(self, tiny):
        axe = tiny.find("Lava Axe")
        titles = {(t.text, t.lang) for t in tiny.titles if t.card_id == axe}
        assert titles == {("Lava Axe", "en"), ("Lava-Axt", "de"), ("Lava Axe", "fr")}

    def test_titles_carry_their_folded_form(self, shipped):
        sample = shipped.titles[::500]
        assert [title.folded for title in sample] == [fold(title.text) for title in sample]


class TestFind:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Storm Crow", "Storm Crow"),
            ("  STORM   crow! ", "Storm Crow"),
            ("Fire // Ice", "Fire // Ice"),
            ("fire ice", "Fire // Ice"),
            ("Ice", "Fire // Ice"),
            ("Lava, Axe", "Lava, Axe"),
            ("Lava Axe", "Lava Axe"),
            ("lava, axe", "Lava, Axe"),
            ("lava-axt", "Lava Axe"),
            ("_____", "_____"),
            ("Blitz", "Blitz"),
        ],
    )
    def test_a_name_finds_its_card(self, tiny, text, name):
        assert tiny.card(tiny.find(text)).name == name

    @pytest.mark.parametrize("text", ["", " ", "!", "Storm", "Storm Crown"])
    def test_other_texts_find_nothing(self, tiny, text):
        assert tiny.find(text) is None


class TestShipped:
    """The shipped catalogue."""

    def test_it_has_the_expected_size(self, shipped):
        meta = shipped.meta
        assert int(meta["cards"]) > 34_000
        assert int(meta["printings"]) > 95_000
        assert meta["format"] == str(SCHEMA_VERSION)
        assert len(shipped.titles) > 85_000

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Lightning Bolt", "Lightning Bolt"),
            ("lightnig bolt", "Lightning Bolt"),
            ("bolt lightning", "Lightning Bolt"),
            ("urzas tower", "Urza's Tower"),
            ("jace mind sculptor", "Jace, the Mind Sculptor"),
            ("lim duls valt", "Lim-Dûl's Vault"),
            ("aether vial", "Aether Vial"),
            ("fire // ice", "Fire // Ice"),
            ("storm crow", "Storm Crow"),
            ("serra-engel", "Serra Angel"),
        ],
    )
    def test_the_meant_card_comes_first(self, shipped, text, name):
        title, score = shipped.lookup(text)[0]
        card_id = title.card_id
        assert shipped.card(card_id).name == name
        assert (score == 1.0) == (shipped.find(text) is not None)

    def test_every_card_with_a_known_printing_links_to_its_page(self, shipped):
        for card_id in range(1, 34_900, 31):
            card = shipped.card(card_id)
            assert len(shipped.printings(card_id)) == card.printings
            assert card.scryfall_uri.startswith("https://scryfall.com/card/") == (card.printings > 0)

    @pytest.mark.parametrize(("code", "number"), [("lea", "161"), ("LEA", "0161")])
    def test_a_card_is_found_by_its_set_and_number(self, shipped, code, number):
        card_id, place = shipped.find_by_number(code, number)
        assert shipped.name(card_id) == "Lightning Bolt"
        assert shipped.printings(card_id)[place].set == "lea"

    @pytest.mark.parametrize(("code", "number"), [("lea", "9999"), ("nope", "1"), ("lea", ""), ("'", '"')])
    def test_an_unknown_number_finds_nothing(self, shipped, code, number):
        assert shipped.find_by_number(code, number) is None

    def test_printings_are_newest_first(self, shipped):
        dates = [row.released_at for row in shipped.printings(shipped.find("Lightning Bolt"))]
        assert dates == sorted(dates, reverse=True)

    @pytest.mark.parametrize(
        ("prefix", "first"),
        [
            ("lightning bo", "Lightning Bolt"),
            ("Ice", "Fire // Ice"),
            ("mind sculptor", "Jace, the Mind Sculptor"),
            ("lihgtning bolt", "Lightning Bolt"),
            ("_____", "_____"),
        ],
    )
    def test_completion_offers_the_likeliest_first(self, shipped, prefix, first):
        assert completed(shipped, prefix)[0] == first

    def test_completion_ranks_prefixes_over_words_over_similarity(self, shipped):
        names = [fold(name) for name in completed(shipped, "storm cr", 25)]
        kinds = [0 if n.startswith("storm cr") else 1 if " storm cr" in n else 2 for n in names]
        assert kinds == sorted(kinds)
        assert set(kinds) == {0, 1, 2}

    def test_names_with_more_printings_come_first_among_equals(self, shipped):
        assert set(completed(shipped, "", 5)) == {"Plains", "Island", "Swamp", "Mountain", "Forest"}

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=12) | st.sampled_from(["a", "li", "goblin", "urzas", "storm稲", "the"]), st.integers(1, 30))
    def test_completion_keeps_its_limit_and_has_no_duplicates(self, shipped, prefix, limit):
        names = completed(shipped, prefix, limit)
        assert len(names) == len(set(names)) <= limit

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=30), st.integers(1, 10))
    def test_scores_are_descending_and_in_range(self, shipped, text, top_k):
        found = shipped.lookup(text, top_k)
        scores = [score for _, score in found]
        assert len({title.card_id for title, _ in found}) == len(found) <= top_k
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)

    def test_a_very_long_text_is_no_problem(self, shipped):
        assert shipped.lookup("storm crow " * 10_000, 3) is not None
        assert shipped.complete("x" * 100_000) == []

    def test_names_are_their_own_best_match(self, shipped):
        for title in shipped.titles[:35_000:700]:
            name = shipped.card(title.card_id).name
            best, score = shipped.lookup(name, 1)[0]
            assert (shipped.card(best.card_id).name, score) == (name, 1.0)

    def test_every_name_and_every_key_finds_its_card(self, shipped):
        names = shipped._names
        assert len(names) > 34_500
        lost = [name for name in names.values() if shipped.name(shipped.find(name)) != name]
        assert lost == []
        assert [name for name in names.values() if shipped.name(shipped.by_key[name_key(name)]) != name] == []

    def test_every_title_read_without_an_error_finds_its_card_or_one_that_differs_by_spaces(self, shipped):
        titles = shipped.titles
        assert len(titles) > 89_000
        matcher = TitleMatcher(titles)
        lost = [title for title in titles if not is_among(title, matcher.match(title.text))]
        assert lost == []

    def test_many_names_are_found_as_one_is(self, shipped):
        names = [*list(shipped._names.values())[::7], "Blitzschlag", "Fire", "fire // ice", "Plains", "no such name"]
        assert shipped.find_all(names) == {name: shipped.find(name) for name in names}

    def test_every_name_in_capitals_without_marks_finds_itself(self, shipped):
        names = shipped._names.values()
        assert [name for name in names if fold(shipped.name(shipped.find(fold(name).upper()))) != fold(name)] == []


def completed(catalogue, prefix, limit=25):
    return [catalogue.name(title.card_id) for title in catalogue.complete(prefix, limit)]


def is_among(title, matches):
    """Return whether the exact matches include the title's card or one whose title differs only by spaces."""
    exact = [match.title for match in matches if match.similarity == 1.0]
    return any(title.card_id == found.card_id or title_key(title.text) == title_key(found.text) for found in exact)


class TestPricesAndLegalities:
    """Prices, legalities and keys in the shipped catalogue."""

    def test_many_printings_have_prices_and_all_are_positive(self, shipped):
        entries = [entry for card_id in range(1, 34_900, 31) for entry in shipped.printing_entries(card_id)]
        priced = [entry for entry in entries if entry.prices]
        assert len(priced) > len(entries) / 3
        assert {entry.prices_date for entry in priced} == {"2026-01-31"}
        assert all(price is None or price > 0 for entry in priced for price in astuple(entry.prices))

    def test_only_known_legalities_are_listed(self, shipped):
        assert shipped.legalities(shipped.find("Lightning Bolt")) == {"commander": "legal"}
        assert shipped.legalities(shipped.find("Black Lotus")) == {}
        assert shipped.legalities_date == "2025-09"

    def test_no_two_names_share_a_key(self, shipped):
        names = set(shipped._names.values())
        assert len(shipped.by_key) == len(names)
        sample = sorted(names)[::500]
        assert [shipped.name(shipped.by_key[name_key(name)]) for name in sample] == sample


class TestLayouts:
    def test_only_unusual_layouts_are_listed(self, shipped):
        layouts = shipped.layouts()

        def layout(name):
            return layouts.get(shipped.find(name))

        assert layout("Lightning Bolt") is None
        assert layout("Fire // Ice") == "split"
        assert layout("Commit // Memory") == "aftermath"
        assert layout("Invasion of Zendikar // Awakened Skyclave") == "battle"
        assert layout("Forest") == layout("Snow-Covered Forest") == "basic"

    def test_a_token_without_a_layout_is_recognised_by_its_type_line(self, shipped):
        soldier = shipped.card(shipped.find("Soldier"))
        assert soldier.is_token
        assert shipped.layouts()[soldier.id] == "token"
