"""What is said of cards, and that every message keeps Discord's limits."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.components.card_text import printing_name
from bot.components.layout import Block, fitted, render
from bot.core.limits import MAX_COMPONENTS, MAX_LABEL, MAX_LETTERS, MAX_OPTION, MAX_OPTIONS
from bot.core.markdown import link
from bot.lookups import ids
from bot.lookups.paging import PAGE_LINES, printings_answer
from bot.lookups.replies import lookup_reply, printings_reply, similar_reply
from engine import Engine, FaceEntry, Prices
from tests.support.bot.entries import DATE, LONGEST, SAID, WORDS, FewCards, entry, priced, printing

ASKER = 2**63
BACKED = entry(
    "Day // Night", faces=(FaceEntry("Day", "https://x.example/d"), FaceEntry("Night", "https://x.example/n"))
)


def parts(answer, kind):
    return [item for item in answer.walk_children() if isinstance(item, kind)]


def text_of(answer) -> str:
    return "\n".join(display.content for display in parts(answer, ui.TextDisplay))


def pictures_of(answer) -> list[str]:
    small = [thumbnail.media.url for thumbnail in parts(answer, ui.Thumbnail)]
    return small + [item.media.url for gallery in parts(answer, ui.MediaGallery) for item in gallery.items]


def keeps_limits(answer) -> bool:
    """Hold a message against what Discord says of components, and return True."""
    assert len(list(answer.walk_children())) <= MAX_COMPONENTS
    assert all(len(display.content) > 0 for display in parts(answer, ui.TextDisplay))
    assert sum(len(display.content) for display in parts(answer, ui.TextDisplay)) <= MAX_LETTERS
    controls = [*parts(answer, ui.Button), *parts(answer, ui.Select)]
    assert all(len(control.custom_id) <= ids.MAX_ID for control in controls)
    assert len({control.custom_id for control in controls}) == len(controls)
    assert all(len(button.label) <= MAX_LABEL for button in parts(answer, ui.Button))
    for select in parts(answer, ui.Select):
        assert 1 <= len(select.options) <= MAX_OPTIONS
        texts = [(option.label, option.value, option.description or "x") for option in select.options]
        assert all(0 < len(text) <= MAX_OPTION for option in texts for text in option)
        assert len({option.value for option in select.options}) == len(select.options)
    return True


def said(text, engine) -> str:
    return text_of(lookup_reply(text, engine, WORDS, ASKER))


class TestCard:
    def test_name_type_cost_printings_price_and_picture(self):
        fog = entry(prices=Prices(usd=120, usd_foil=300, eur=90), prices_date=DATE, printings=21)
        answer = lookup_reply("[[fog]]", FewCards(fog, printings=[printing()]), WORDS, ASKER)
        assert text_of(answer).splitlines() == [
            "### [Fog](https://scryfall.com/card/lea/1)",
            "{G} · Instant",
            "Limited Edition Alpha (LEA) 1",
            f"$1.20 · foil $3.00 · €0.90 (on {SAID})",
            "21 printings",
        ]
        assert pictures_of(answer) == ["https://cards.scryfall.io/1.jpg"]

    @pytest.mark.parametrize(
        ("cost", "told"), [("{U} // ", "{U} · "), ("{U} //", "{U} · "), ("{U} // {R}", "{U} // {R} · ")]
    )
    def test_a_back_that_costs_nothing_leaves_no_mark(self, cost, told):
        assert said("[[Fog]]", FewCards(entry(mana_cost=cost))).splitlines()[1] == f"{told}Instant"

    def test_what_is_not_known_leaves_no_gap(self):
        bare = entry(type_line="", mana_cost="", printings=0, faces=(FaceEntry("Fog", None),))
        answer = lookup_reply("[[Fog]]", FewCards(bare), WORDS, ASKER)
        assert text_of(answer).splitlines()[1:] == ["No printing known"]
        assert pictures_of(answer) == []

    @pytest.mark.parametrize("text", ["[[Day // Night]]", "[[!Day // Night]]"])
    def test_a_card_with_a_back_is_shown_from_both_sides(self, text):
        answer = lookup_reply(text, FewCards(BACKED), WORDS, ASKER)
        assert pictures_of(answer) == ["https://x.example/d", "https://x.example/n"]

    def test_a_printing_that_was_asked_for_is_the_one_that_is_shown(self):
        engine = FewCards(entry(), printings=[printing(1), priced(2, usd=500, set="m10", set_name="Magic 2010")])
        answer = lookup_reply("[[Fog|M10]]", engine, WORDS, ASKER)
        assert "(https://scryfall.com/card/lea/2)" in text_of(answer)
        assert "Magic 2010 (M10) 2" in text_of(answer)
        assert "$5.00" in text_of(answer)
        assert pictures_of(answer) == ["https://cards.scryfall.io/2.jpg"]

    def test_a_printing_that_is_not_known_is_said_and_the_card_is_shown(self):
        answer = said("[[Fog|XXX|7]]", FewCards(entry(), printings=[printing()]))
        assert "I know no printing XXX 7 of it." in answer
        assert "Limited Edition Alpha" in answer

    def test_a_misspelt_name_is_answered_and_how_it_was_understood_is_said(self):
        assert "I took “fgo” for Fog." not in said("[[Fog]]", FewCards(entry()))
        assert "I took “Fogg” for Fog." in said("[[Fogg]]", FewCards(entry(), scores={"Fog": 0.9}))


class TestPrice:
    def test_of_the_shown_printing_with_its_date_and_the_range_over_all(self):
        engine = FewCards(
            entry(prices=Prices(usd=100), prices_date=DATE),
            printings=[priced(1, usd=100, eur=80), priced(2, usd=120_000), printing(3)],
        )
        assert said("[[$Fog]]", engine).splitlines()[1:] == [
            "Limited Edition Alpha (LEA) 1",
            f"$1.00 (on {SAID})",
            "$1.00 to $1,200.00 (2 printings with a known price)",
        ]

    def test_where_only_others_have_a_known_price_the_range_says_of_when_it_is(self):
        engine = FewCards(entry(), printings=[printing(1), priced(2, usd=100), priced(3, usd=700)])
        assert said("[[$Fog]]", engine).splitlines()[-3:] == [
            "I know no price of this printing.",
            "$1.00 to $7.00 (2 printings with a known price)",
            f"Prices of {SAID}, by way of Scryfall.",
        ]

    def test_of_the_printing_that_was_named(self):
        engine = FewCards(entry(), printings=[priced(1, usd=100), priced(2, usd=700)])
        assert f"$7.00 (on {SAID})" in said("[[$Fog|LEA|2]]", engine)

    def test_an_unknown_price_is_no_price_of_nothing(self):
        answer = said("[[$Fog]]", FewCards(entry(), printings=[printing()]))
        assert answer.splitlines()[-1] == "I know no price of this printing."


class TestLegality:
    def test_what_is_known_comes_with_its_date(self):
        engine = FewCards(entry(), legalities={"commander": "legal", "modern": "not_legal", "newformat": "on_hold"})
        answer = said("[[#Fog]]", engine)
        assert "Commander: legal, Modern: not legal, newformat: on hold" in answer
        assert "As of 2025-09" in answer

    def test_what_is_not_known_is_not_called_illegal_and_scryfall_is_pointed_to(self):
        answer = said("[[#Fog]]", FewCards(entry()))
        assert "isn’t known here" in answer
        assert "[Scryfall](https://scryfall.com/card/lea/1)" in answer
        assert "not legal" not in answer


class TestCandidates:
    ENGINE = FewCards(*(entry(f"Fog {n}") for n in range(9)))

    def test_they_are_offered_in_a_select_that_knows_what_was_asked(self):
        (select,) = parts(lookup_reply("[[$Foggy|LEA|7]]", self.ENGINE, WORDS, ASKER), ui.Select)
        assert [option.label for option in select.options] == [f"Fog {n}" for n in range(5)]
        assert select.custom_id == f"v1:pick:p:{ASKER}:1:0"
        key, asked = ids.picked(select.options[0].value, "p")
        assert (key, asked.set, asked.number) == (entry("Fog 0").key, "lea", "7")

    def test_a_name_like_none_is_said_to_be_unknown(self):
        assert said("[[Xyzzy *]]", self.ENGINE) == r"I know no card named like “Xyzzy \*”."


def test_a_message_that_asks_nothing_gets_no_reply():
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
        assert keeps_limits(lookup_reply(asked, engine, WORDS, ASKER))

    @pytest.mark.parametrize("times", [1, 10])
    def test_ten_questions_fit(self, times):
        names = [(LONGEST[:40] + str(n) + "*" * 99)[:140] for n in range(9)]
        engine = FewCards(*(entry(name, type_line="x" * 150) for name in names))
        asked = "".join(f"[[$Our{n}{'_' * 90}|{'s' * 12}|{'9' * 12}]]" for n in range(times))
        answer = lookup_reply(asked, engine, WORDS, ASKER)
        assert keeps_limits(answer)
        assert len(parts(answer, ui.Select)) == times

    @pytest.mark.parametrize("page", [0, 1, 53, 54])
    def test_no_printing_of_a_long_list_is_lost(self, page):
        answer = printings_answer(LONG, MANY, page, ASKER, WORDS)
        assert keeps_limits(answer)
        shown = min(page, 53) * PAGE_LINES
        assert text_of(answer).count("\n[") == len(MANY[shown : shown + PAGE_LINES])
        assert f"Page {min(page, 53) + 1} of 54" in text_of(answer)

    def test_every_page_of_the_most_printed_cards_fits(self, demo_engine: Engine):
        for name in ("Forest", "Island", "Sol Ring", "Lightning Bolt"):
            card, printings = demo_engine.card(name), demo_engine.printings(name)
            answers = [
                printings_answer(card, printings, p, ASKER, WORDS) for p in range(-(-len(printings) // PAGE_LINES))
            ]
            assert all(keeps_limits(answer) for answer in answers)
            assert sum(text_of(answer).count("\n[") for answer in answers) == len(printings)

    def test_the_longest_names_there_are_fit(self, demo_engine: Engine):
        names = sorted({title.text for title in demo_engine.catalogue.titles() if title.lang == "en"}, key=len)[-10:]
        for mark in ("", "!", "$", "#"):
            asked = "".join(f"[[{mark}{name[:100]}]]" for name in names)
            answer = lookup_reply(asked, demo_engine, WORDS, ASKER)
            assert keeps_limits(answer)
            assert LONGEST in text_of(answer)

    @given(st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=30), st.integers(50, 4000))
    def test_lines_are_left_out_from_the_end(self, lines, letters):
        text = fitted(lines, letters)
        assert 0 < len(text) <= letters
        assert len(lines[0]) > letters or "\n".join(lines).startswith(text)

    @given(st.text(min_size=1, max_size=150))
    def test_a_heading_too_long_loses_its_link_and_no_half_of_one_is_left(self, name):
        text = fitted([f"### {link(name, 'https://scryfall.com/' + 'x' * 400)}"], 200)
        assert len(text) <= 200
        assert "](" not in text

    def test_a_block_without_pictures_takes_its_text_alone(self):
        answer = render([Block(["hello"], [FaceEntry("Fog", None)])], WORDS)
        assert len(list(answer.walk_children())) == 2


class TestPrintings:
    def test_each_is_a_link_with_year_rarity_and_price(self):
        engine = FewCards(entry(), printings=[priced(1, usd=100), printing(2, rarity=None, lang="ja")])
        lines = text_of(printings_reply("Fog", engine, WORDS, ASKER)).splitlines()
        assert lines[1:3] == [
            "[Limited Edition Alpha (LEA) 1](https://scryfall.com/card/lea/1) · 1993 · common · $1.00",
            "[Limited Edition Alpha (LEA) 2](https://scryfall.com/card/lea/2) · 1993 · ja",
        ]

    def test_a_short_list_has_no_buttons_and_a_long_one_those_that_lead_somewhere(self):
        def labels(count, page):
            answer = printings_answer(entry(), [printing(n) for n in range(count)], page, ASKER, WORDS)
            return [button.label for button in parts(answer, ui.Button)]

        assert labels(PAGE_LINES, 0) == []
        assert labels(PAGE_LINES + 1, 0) == ["Older"]
        assert labels(PAGE_LINES + 1, 1) == ["Newer"]
        assert labels(3 * PAGE_LINES, 1) == ["Newer", "Older"]

    def test_a_card_without_any_says_so(self):
        assert "I know no printing of it." in text_of(printings_reply("Fog", FewCards(entry()), WORDS, ASKER))


def test_a_name_without_a_picture_in_the_index_says_so():
    assert "no picture of Fog" in text_of(similar_reply("Fog", 5, FewCards(entry()), WORDS, ASKER))


def test_all_words_for_scryfall_s_values_are_said():
    rarities = [f"rarity-{one}" for one in ("common", "uncommon", "rare", "mythic", "special", "bonus")]
    statuses = [f"status-{one}" for one in ("legal", "not-legal", "restricted", "banned")]
    assert all(WORDS.knows(key) for key in [*rarities, *statuses, "format-commander", "format-modern"])


def test_discord_py_holds_nothing_of_an_answer_in_memory():
    assert render([Block(["hello"])], WORDS).is_finished()
    assert isinstance(render([Block(["hello"])], WORDS), discord.ui.LayoutView)


def test_a_set_whose_name_is_not_known_is_told_once():
    assert printing_name(printing(set="dmo", set_name="DMO")) == "DMO 1"
    assert printing_name(printing(set="dmo", set_name="")) == "DMO 1"
    assert printing_name(printing()) == "Limited Edition Alpha (LEA) 1"
