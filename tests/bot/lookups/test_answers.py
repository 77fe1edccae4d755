"""Answers to look-ups, and that each keeps Discord's limits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from discord import ui

from bot.components.card_text import printing_name
from bot.lookups.handlers import parse_choice
from bot.lookups.paging import PAGE_LINES, printings_page
from bot.lookups.replies import lookup_reply, printings_reply, similar_reply
from bot.lookups.syntax import CardQuery, LookupKind
from bot.store import Currency
from engine import Engine, FaceEntry, Prices, PrintedName
from tests.support.bot.entries import DATE, DATE_TEXT, LONGEST, WORDS, FewCards, entry, priced, printing
from tests.support.bot.layouts import images_of, items, layout_faults, text_of

ASKER = 2**63
BACKED = entry(
    "Day // Night", faces=(FaceEntry("Day", "https://x.example/d"), FaceEntry("Night", "https://x.example/n"))
)


def look_up(text: str, engine) -> ui.LayoutView:
    return lookup_reply(text, engine, WORDS, ASKER).view


def text_for(text: str, engine) -> str:
    return text_of(look_up(text, engine))


class TestCard:
    def test_name_type_cost_printings_price_and_picture(self):
        fog = entry(prices=Prices(usd=120, usd_foil=300, eur=90), prices_date=DATE, printings=21)
        answer = look_up("[[fog]]", FewCards(fog, printings=[printing()]))
        assert text_of(answer).splitlines() == [
            "### [Fog](https://scryfall.com/card/lea/1)",
            "{G} · Instant",
            "Limited Edition Alpha (LEA) 1",
            f"$1.20 · foil $3.00 · €0.90 (on {DATE_TEXT})",
            "21 printings",
        ]
        assert images_of(answer) == ["https://cards.scryfall.io/1.jpg"]

    def test_a_foreign_name_stands_below_the_english_one(self):
        fog = entry(printed=PrintedName("Nebel [2]", "de"))
        assert text_for("[[Fog]]", FewCards(fog)).splitlines()[:2] == [
            "### [Fog](https://scryfall.com/card/lea/1)",
            "-# Nebel (2) · German",
        ]

    @pytest.mark.parametrize(
        ("cost", "told"), [("{U} // ", "{U} · "), ("{U} //", "{U} · "), ("{U} // {R}", "{U} // {R} · ")]
    )
    def test_a_back_without_a_cost_leaves_no_separator(self, cost, told):
        assert text_for("[[Fog]]", FewCards(entry(mana_cost=cost))).splitlines()[1] == f"{told}Instant"

    def test_unknown_values_leave_no_gap(self):
        bare = entry(type_line="", mana_cost="", printings=0, faces=(FaceEntry("Fog", None),))
        answer = look_up("[[Fog]]", FewCards(bare))
        assert text_of(answer).splitlines()[1:] == ["No known printings"]
        assert images_of(answer) == []

    @pytest.mark.parametrize("text", ["[[Day // Night]]", "[[!Day // Night]]"])
    def test_a_double_faced_card_is_shown_from_both_sides(self, text):
        answer = look_up(text, FewCards(BACKED))
        assert images_of(answer) == ["https://x.example/d", "https://x.example/n"]

    def test_the_printing_asked_for_is_shown(self):
        engine = FewCards(entry(), printings=[printing(1), priced(2, usd=500, set="m10", set_name="Magic 2010")])
        answer = look_up("[[Fog|M10]]", engine)
        assert "(https://scryfall.com/card/lea/2)" in text_of(answer)
        assert "Magic 2010 (M10) 2" in text_of(answer)
        assert "$5.00" in text_of(answer)
        assert images_of(answer) == ["https://cards.scryfall.io/2.jpg"]

    def test_an_unknown_printing_is_reported_and_the_card_is_shown(self):
        answer = text_for("[[Fog|XXX|7]]", FewCards(entry(), printings=[printing()]))
        assert "I don’t know a printing XXX 7 of this card." in answer
        assert "Limited Edition Alpha" in answer

    def test_the_reply_to_a_misspelt_name_says_how_it_was_understood(self):
        assert "I took “fgo” to mean Fog." not in text_for("[[Fog]]", FewCards(entry()))
        assert "I took “Fogg” to mean Fog." in text_for("[[Fogg]]", FewCards(entry(), scores={"Fog": 0.9}))


class TestPrice:
    def test_the_shown_printing_has_a_dated_price_and_all_have_a_range(self):
        engine = FewCards(
            entry(prices=Prices(usd=100), prices_date=DATE),
            printings=[priced(1, usd=100, eur=80), priced(2, usd=120_000), printing(3)],
        )
        assert text_for("[[$Fog]]", engine).splitlines()[1:] == [
            "Limited Edition Alpha (LEA) 1",
            f"$1.00 (on {DATE_TEXT})",
            "$1.00 to $1,200.00 (2 printings with a known price)",
        ]

    def test_if_only_others_have_a_known_price_the_range_is_dated(self):
        engine = FewCards(entry(), printings=[printing(1), priced(2, usd=100), priced(3, usd=700)])
        assert text_for("[[$Fog]]", engine).splitlines()[-3:] == [
            "I don’t know a price for this printing.",
            "$1.00 to $7.00 (2 printings with a known price)",
            f"Prices as of {DATE_TEXT}, from Scryfall.",
        ]

    def test_the_price_is_that_of_the_printing_asked_for(self):
        engine = FewCards(entry(), printings=[priced(1, usd=100), priced(2, usd=700)])
        assert f"$7.00 (on {DATE_TEXT})" in text_for("[[$Fog|LEA|2]]", engine)

    def test_the_currency_can_be_chosen_but_what_is_asked_for_is_told(self):
        engine = FewCards(entry(prices=Prices(usd=100, eur=80), prices_date=DATE), printings=[priced(1, usd=100)])

        def said(query: str, currency: Currency) -> str:
            return text_of(lookup_reply(query, engine, WORDS, ASKER, currency).view)

        assert f"€0.80 (on {DATE_TEXT})" in said("[[Fog]]", Currency.EUROS)
        assert "$" not in said("[[Fog]]", Currency.EUROS)
        assert DATE_TEXT not in said("[[Fog]]", Currency.NONE)
        assert f"$1.00 · €0.80 (on {DATE_TEXT})" in said("[[$Fog]]", Currency.NONE)
        assert f"$1.00 (on {DATE_TEXT})" in said("[[$Fog|LEA|1]]", Currency.EUROS)

    def test_an_unknown_price_is_not_a_price_of_zero(self):
        answer = text_for("[[$Fog]]", FewCards(entry(), printings=[printing()]))
        assert answer.splitlines()[-1] == "I don’t know a price for this printing."


class TestLegality:
    def test_known_legalities_are_dated(self):
        engine = FewCards(entry(), legalities={"commander": "legal", "modern": "not_legal", "newformat": "on_hold"})
        answer = text_for("[[#Fog]]", engine)
        assert "Commander: legal, Modern: not legal, newformat: on hold" in answer
        assert "As of 2025-09" in answer

    def test_unknown_legality_is_not_called_illegal_and_links_to_scryfall(self):
        answer = text_for("[[#Fog]]", FewCards(entry()))
        assert "I don’t know which formats it’s legal in" in answer
        assert "[Scryfall](https://scryfall.com/card/lea/1)" in answer
        assert "not legal" not in answer


class TestCandidates:
    ENGINE = FewCards(*(entry(f"Fog {n}") for n in range(9)))

    def test_candidates_are_offered_in_a_menu_that_keeps_the_query(self):
        (select,) = items(look_up("[[$Foggy|LEA|7]]", self.ENGINE), ui.Select)
        assert [option.label for option in select.options] == [f"Fog {n}" for n in range(5)]
        assert select.custom_id == f"v1:pick:p:{ASKER}:1:0"
        query = CardQuery(LookupKind.PRICE, "", "lea", "7")
        assert parse_choice(select.options[0].value, LookupKind.PRICE) == (entry("Fog 0").key, query)

    def test_a_name_unlike_any_other_is_reported_as_unknown(self):
        assert text_for("[[Xyzzy *]]", self.ENGINE) == r"I don’t know a card with a name like “Xyzzy \*”."


def test_a_message_without_a_query_gets_no_reply():
    assert lookup_reply("nothing to see", FewCards(), WORDS, ASKER) is None


LONG = entry(LONGEST, type_line="Creature — Elemental " * 4, scryfall_uri="https://scryfall.com/" + "x" * 300)
MARKS = entry("_" * 90, faces=BACKED.faces)
MANY = [
    priced(n, usd=10**9, eur=10**9, set_name="W" * 90, set="w" * 6, rarity="mythic", lang="zhs") for n in range(800)
]


class TestLimits:
    @pytest.mark.parametrize("mark", ["", "!", "$", "#"])
    @pytest.mark.parametrize("times", [1, 2, 10])
    def test_ten_of_the_longest_cards_fit(self, mark, times):
        class Longest(FewCards):
            def card(self, name):
                return replace([LONG, MARKS, BACKED][len(name) % 3], prices=Prices(1, 2, 3, 4), prices_date=DATE)

        engine = Longest(printings=MANY, legalities=dict.fromkeys(map(str, range(30)), "not_legal"))
        asked = "".join(f"[[{mark}{'n' * (n + 1)}|{'s' * 12}|{'9' * 12}]]" for n in range(times))
        assert layout_faults(look_up(asked, engine)) == []

    @pytest.mark.parametrize("times", [1, 10])
    def test_ten_questions_fit(self, times):
        names = [(LONGEST[:40] + str(n) + "*" * 99)[:140] for n in range(9)]
        engine = FewCards(*(entry(name, type_line="x" * 150) for name in names))
        asked = "".join(f"[[$Our{n}{'_' * 90}|{'s' * 12}|{'9' * 12}]]" for n in range(times))
        answer = look_up(asked, engine)
        assert layout_faults(answer) == []
        assert len(items(answer, ui.Select)) == times

    @pytest.mark.parametrize("page", [0, 1, 53, 54])
    def test_no_printing_of_a_long_list_is_lost(self, page):
        answer = printings_page(LONG, MANY, page, ASKER, WORDS)
        assert layout_faults(answer) == []
        shown = min(page, 53) * PAGE_LINES
        assert text_of(answer).count("\n[") == len(MANY[shown : shown + PAGE_LINES])
        assert f"Page {min(page, 53) + 1} of 54" in text_of(answer)

    def test_every_page_of_the_most_printed_cards_fits(self, demo_engine: Engine):
        for name in ("Forest", "Island", "Sol Ring", "Lightning Bolt"):
            card, printings = demo_engine.card(name), demo_engine.printings(name)
            answers = [
                printings_page(card, printings, p, ASKER, WORDS) for p in range(-(-len(printings) // PAGE_LINES))
            ]
            assert not any(layout_faults(answer) for answer in answers)
            assert sum(text_of(answer).count("\n[") for answer in answers) == len(printings)

    def test_the_longest_names_there_are_fit(self, demo_engine: Engine):
        names = sorted({title.text for title in demo_engine.catalogue.titles if title.lang == "en"}, key=len)[-10:]
        for mark in ("", "!", "$", "#"):
            asked = "".join(f"[[{mark}{name[:100]}]]" for name in names)
            answer = look_up(asked, demo_engine)
            assert layout_faults(answer) == []
            assert LONGEST in text_of(answer)


class TestPrintings:
    def test_each_printing_is_a_link_with_year_rarity_and_price(self):
        engine = FewCards(entry(), printings=[priced(1, usd=100), printing(2, rarity=None, lang="ja")])
        lines = text_of(printings_reply("Fog", engine, WORDS, ASKER).view).splitlines()
        assert lines[1:3] == [
            "[Limited Edition Alpha (LEA) 1](https://scryfall.com/card/lea/1) · 1993 · common · $1.00",
            "[Limited Edition Alpha (LEA) 2](https://scryfall.com/card/lea/2) · 1993 · ja",
        ]

    def test_a_list_has_buttons_for_the_neighbouring_pages_only(self):
        def labels(count, page):
            answer = printings_page(entry(), [printing(n) for n in range(count)], page, ASKER, WORDS)
            return [button.label for button in items(answer, ui.Button)]

        assert labels(PAGE_LINES, 0) == []
        assert labels(PAGE_LINES + 1, 0) == ["Older"]
        assert labels(PAGE_LINES + 1, 1) == ["Newer"]
        assert labels(3 * PAGE_LINES, 1) == ["Newer", "Older"]

    def test_a_card_without_known_printings_says_so(self):
        assert "I don’t know any printings of this card." in text_of(
            printings_reply("Fog", FewCards(entry()), WORDS, ASKER).view
        )


def test_similar_to_a_card_without_a_picture_says_so():
    assert "I don’t have a picture of Fog" in text_of(similar_reply("Fog", 5, FewCards(entry()), WORDS, ASKER).view)


def test_scryfalls_values_are_translated():
    rarities = [f"rarity-{one}" for one in ("common", "uncommon", "rare", "mythic", "special", "bonus")]
    statuses = [f"status-{one}" for one in ("legal", "not-legal", "restricted", "banned")]
    assert all(WORDS.knows(key) for key in [*rarities, *statuses, "format-commander", "format-modern"])


def test_a_set_without_a_name_is_given_by_its_code_once():
    assert printing_name(printing(set="dmo", set_name="DMO")) == "DMO 1"
    assert printing_name(printing(set="dmo", set_name="")) == "DMO 1"
    assert printing_name(printing()) == "Limited Edition Alpha (LEA) 1"
