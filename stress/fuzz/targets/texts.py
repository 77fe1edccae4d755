"""Targets: texts that users write, ids that Discord sends back, and lines read from cards."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

from bot.components.controls import TEMPLATE, Action, Control, parse_control
from bot.core.errors import RefusedSource
from bot.core.markdown import link
from bot.corrections.handlers import SET_AND_NUMBER
from bot.lookups.answers import choice_value
from bot.lookups.handlers import parse_choice
from bot.lookups.syntax import MAX_CODE, MAX_NAME, MAX_QUERIES, CardQuery, LookupKind, find_queries
from bot.recognition.download import Downloader
from engine.catalogue.catalogue import Catalogue, PrintingRow
from engine.catalogue.lookup import TitleIndex
from engine.catalogue.names import ENGLISH, Title, face_names, fold
from engine.catalogue.titles import TitleTable
from engine.core.artifacts import CATALOGUE, SHIPPED
from engine.printings.line_parser import FIRST_YEAR, LAST_YEAR, parse
from engine.printings.posterior import Clues, identify_printing
from engine.reading.title_matcher import TitleMatcher
from engine.reading.type_line import is_token_line, is_type_line
from stress.fuzz.targets.registry import as_text, target

KEY = "AAAAAAAAAAA_"
"""Key of a card in ids."""
HOSTS = {"cdn.discordapp.com", "media.discordapp.net"}
NAMES = ("Fog", "Lim-Dûl's Vault", "Fire // Ice", "Æther Vial", "_____", "Ach! Hans, Run!", "稲妻", "Borrel's Garden")
PRINTINGS = tuple(
    PrintingRow(1, code, code.upper(), number, None, date, "en", *[None] * 5)
    for code, number, date in (
        *(("mh1", "004", "2019-06-14"), ("pmh1", "4s", "2019-06-14"), ("plst", "MH1-4", "2020-09-26")),
        *(("ice", "", "1995-06-03"), ("8ed", "S1", "2003-07-28"), ("ody", "12★", "2001-10-01")),
    )
)


@target("lookups")
def lookups(data: bytes) -> None:
    queries = find_queries(as_text(data))
    assert len(queries) <= MAX_QUERIES
    for one in queries:
        assert 0 < len(one.name) <= MAX_NAME
        assert max(len(one.set), len(one.number)) <= MAX_CODE
        again = CardQuery(one.kind, "", one.set, one.number)
        assert "|" in one.number or parse_choice(choice_value(KEY, one), one.kind) == (KEY, again)
        assert link(one.name, None).count("\n") == 0


@target("ids", longest=256)
def ids(data: bytes) -> None:
    text = as_text(data)
    control = parse_control(text)
    assert (control is None) == (TEMPLATE.fullmatch(text) is None)
    if control is not None:
        assert parse_control(control.custom_id) == control
    key, query = parse_choice(text, LookupKind.CARD)
    assert choice_value(key, query).startswith(key)
    page = Control(Action.PAGE, KEY, page=len(data), asker=len(data))
    assert parse_control(page.custom_id) == page


@target("collector", longest=512)
def collector(data: bytes) -> None:
    lines = as_text(data).split("\n")
    line = parse(lines)
    assert line.number is None or line.number.isdecimal()
    assert line.year is None or FIRST_YEAR <= line.year <= LAST_YEAR
    assert isinstance(str(line), str)
    told = identify_printing(PRINTINGS, Clues(line))
    assert (told.printing is None) == (told.count > 0)
    assert all(0 <= printing.confidence <= 1 for printing in told.possible)
    for text in lines:
        is_type_line(text, first_word=True)
        is_token_line(text)


@target("names", longest=512)
def names(data: bytes) -> None:
    text = as_text(data)
    assert fold(fold(text)) == fold(text)
    assert " // ".join(face_names(text)) == text
    for match in _matcher().match(text):
        assert 0 <= match.similarity <= 1
    assert all(0 < score <= 1 for _, score in _index().search(text, 5))
    assert len(_index().complete(text, 5)) <= 5
    if match := SET_AND_NUMBER.fullmatch(text.strip()):
        _catalogue().find_by_number(match["set"], match["number"])


@target("addresses", refuses=(RefusedSource,), longest=512)
def addresses(data: bytes) -> None:
    address = _downloader().check_address(as_text(data))
    assert address.scheme == "https"
    assert address.host in HOSTS
    assert address.user is None


@cache
def _titles() -> tuple[Title, ...]:
    return tuple(Title(text, at, ENGLISH, 0, fold(text)) for at, text in enumerate(NAMES))


@cache
def _matcher() -> TitleMatcher:
    return TitleMatcher(_titles())


@cache
def _index() -> TitleIndex:
    return TitleIndex(TitleTable.of(_titles()))


@cache
def _catalogue() -> Catalogue:
    return Catalogue.open(SHIPPED / CATALOGUE)


@cache
def _downloader() -> Downloader:
    # No session: an address is checked before any request.
    session = SimpleNamespace()
    return Downloader(session, hosts=HOSTS, max_bytes=1, timeout_s=1)
