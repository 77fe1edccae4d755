"""What the cards of a photo cost: each of them, and all together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.messages import Messages
from bot.replies.prices import join_prices, price_footer, price_text
from bot.store import NO_PRICE, AnsweredCard, Currency
from engine import Card, Engine, Identification, PriceRange, Status
from tests.support.bot.patched_engine import PatchedEngine
from tests.support.bot.results import card, priced, result, unknown, unsure
from tests.support.bot.world import small_world
from tests.support.bot.world import text_of as text_in
from training.scene.demo_set import DemoPhoto

EN = Messages.open().words("en")
ALPHA = ("lea", "Limited Edition Alpha", "161")
DATED = "Prices as of Jan 31, 2026, from Scryfall."
NOTE = EN.format("price-note")


def price(found: Card, currency: Currency = Currency.DOLLARS, **chosen: bool) -> str:
    return price_text(AnsweredCard.of(found, 0), EN, currency, **chosen)


def footer(*found: Card, currency: Currency = Currency.DOLLARS, spoiler: bool = False) -> list[str]:
    stored = [AnsweredCard.of(one, 0) for one in found]
    return price_footer(stored, EN, currency, spoiler=spoiler).splitlines()


def dollars(*cents: int | tuple[int, int] | None) -> list[Card]:
    """Cards that cost so much each."""
    return [card(f"Card {at}", prices=priced(one)) for at, one in enumerate(cents)]


class TestPrice:
    def test_of_a_known_printing_it_is_exact(self):
        assert price(card(printing=ALPHA, prices=priced(120045))) == "$1,200.45"

    @pytest.mark.parametrize(
        ("span", "said"),
        [
            ((30, 90), "$0.30 to $0.90"),
            ((350, 1249), "$3.50 to $12"),
            ((8640, 90000), "$86 to $900, depending on the printing"),
            ((9000, 90000), "$90 to $900"),
            ((30, 90000), "$0.30 to $900, depending on the printing"),
            ((0, 10), "$0.00 to $0.10, depending on the printing"),
            ((8610, 8640), "$86"),
        ],
    )
    def test_of_possible_printings_it_is_a_range_that_says_so_if_it_is_wide(self, span, said):
        assert price(card(prices=priced(span))) == said

    def test_that_of_foil_copies_is_beside_it_if_it_differs(self):
        assert price(card(printing=ALPHA, prices=priced(45, usd_foil=300))) == "$0.45 (foil $3.00)"
        assert price(card(printing=ALPHA, prices=priced(300, usd_foil=300))) == "$3.00"
        assert price(card(printing=ALPHA, prices=priced(45, usd_foil=300)), foil=False) == "$0.45"

    def test_that_of_foil_copies_is_not_told_of_possible_printings_which_may_have_none(self):
        assert price(card(prices=priced(45, usd_foil=300))) == "$0.45"

    @pytest.mark.parametrize(
        ("currency", "said"),
        [
            (Currency.BOTH, "$0.45 / €0.30"),
            (Currency.DOLLARS, "$0.45"),
            (Currency.EUROS, "€0.30"),
            (Currency.NONE, ""),
        ],
    )
    def test_the_currency_can_be_chosen(self, currency, said):
        assert price(card(prices=priced(45, 30)), currency) == said

    @pytest.mark.parametrize("found", [unsure("Fog"), card("Fog", 0.2, Status.UNKNOWN), unknown()])
    def test_a_card_without_a_sure_name_has_none(self, found):
        assert price(replace(found, prices=priced(45))) == ""

    def test_an_unknown_one_is_not_told(self):
        assert price(card(prices=NO_PRICE)) == ""
        assert price(card(prices=priced(eur=30))) == ""

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("en", "€86 to €1,200"),
            ("de", "86\xa0€ bis 1.200\xa0€"),
            ("es", "86\xa0€ a 1.200\xa0€"),
            ("fr", "86\xa0€ à 1\u202f200\xa0€"),
            ("pt", "€\xa086 a €\xa01.200"),
            ("ja", "€86〜€1,200"),
        ],
    )
    def test_it_is_written_as_the_language_does(self, language, said):
        stored = AnsweredCard.of(card(prices=priced(eur=(8640, 120000))), 0)
        assert price_text(stored, Messages.open().words(language), Currency.EUROS).startswith(said)


class TestFooter:
    def test_a_single_card_has_the_date_and_what_the_prices_are_of(self):
        assert footer(*dollars(45)) == [f"-# {DATED} {NOTE}"]

    def test_of_several_cards_all_prices_are_added_up(self):
        assert footer(*dollars(200, (1000, 3800))) == ["**Together:** $12 to $40", f"-# {DATED} {NOTE}"]

    def test_copies_count_each(self):
        assert footer(*[card("Fog", prices=priced(200))] * 3)[0] == "**Together:** $6.00"

    def test_cards_without_a_price_are_counted(self):
        assert footer(*dollars(200, None))[0] == "**Together:** $2.00 (1 card without a price)"
        assert footer(*dollars(200, None, None, None))[0] == "**Together:** $2.00 (3 cards without a price)"

    def test_cards_without_a_sure_name_do_not_count(self):
        doubtful = replace(unsure("Dog"), prices=priced(90000))
        assert footer(*dollars(200, 300), doubtful, unknown())[0] == "**Together:** $5.00"
        assert len(footer(*dollars(200), doubtful)) == 1

    def test_what_is_missing_is_told_of_each_currency(self):
        both, dollars_only = card("A", prices=priced(200, 100)), card("B", prices=priced(300))
        told = footer(both, both, dollars_only, currency=Currency.BOTH)[0]
        assert told == "**Together:** $7.00 / €2.00 (1 card without a price)"
        assert footer(both, both, currency=Currency.BOTH)[0] == "**Together:** $4.00 / €2.00"

    def test_without_any_price_there_is_none(self):
        assert footer(*dollars(None, None)) == []
        assert footer(*dollars(200, 300), currency=Currency.NONE) == []
        assert footer(*dollars(200, 300), currency=Currency.EUROS) == []

    def test_the_oldest_date_is_told(self):
        newer = replace(priced(45), date="2026-03-01")
        assert "Jan 31, 2026" in footer(card("A", prices=newer), card("B", prices=priced(45)))[1]
        assert "Mar 1, 2026" in footer(card("A", prices=newer), card("B"))[1]

    def test_prices_without_a_date_are_told_without_one(self):
        assert footer(card(prices=PriceRange(usd=(45, 45)))) == [f"-# {NOTE}"]


def test_what_several_may_cost_is_known_if_it_is_of_each():
    assert join_prices([priced((10, 20), 5), priced((5, 12), None)]) == priced((5, 20))
    assert join_prices([]) == NO_PRICE


async def test_a_reply_has_the_currency_of_who_asked_or_of_the_server(
    demo_engine: Engine, demo_single_photo: DemoPhoto
):
    def identify(_: bytes, *, top_k: int) -> Identification:
        return result(card("Fog", prices=priced(45, 30)))

    async with small_world(PatchedEngine(demo_engine, identify=identify)) as world:
        said = []
        for server, own in ((Currency.BOTH, None), (Currency.DOLLARS, None), (Currency.DOLLARS, Currency.EUROS)):
            world.choose(currency=server)
            world.client.store.save_currency(world.alice.id, own)
            await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
            said.append(text_in(world.replies(world.answered)[-1]).splitlines()[2])
    assert said == ["$0.45 / €0.30", "$0.45", "€0.30"]
