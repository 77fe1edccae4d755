"""How the catalogue's SQLite file is laid out: what ``training/catalogue/build.py`` writes and the engine reads."""

from __future__ import annotations

SCHEMA_VERSION = 2
"""Stands in ``PRAGMA user_version``; a file with another number is refused: it is rebuilt, never altered."""

TOKEN_LAYOUTS = frozenset({"token", "double_faced_token", "emblem"})
"""Layouts of things that are printed like cards but played as no card of a deck."""
BACKED_LAYOUTS = frozenset({"transform", "modal_dfc", "double_faced_token", "battle"})
"""Layouts with a picture on the back, too; all other two-faced cards have both names on the front."""
TOKEN_TYPES = ("Token", "Emblem")
"""Beginnings of their type lines, by which they are known where their layout isn't."""

SCHEMA = """
-- prices_date, legalities_date: of when they are, ISO, as exactly as it is known; absent where there are none.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sets (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    released_at TEXT NOT NULL, type TEXT NOT NULL
);
-- oracle_id and all other ids: the 16 bytes of a UUID. shown: the printing that stands for the card.
CREATE TABLE cards (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, layout TEXT NOT NULL, mana_cost TEXT NOT NULL,
    type_line TEXT NOT NULL, oracle_id BLOB, sample_id BLOB, shown INTEGER, legality_id INTEGER
);
-- What many cards have in common: their status in each format of which it is known.
CREATE TABLE legalities (
    id INTEGER NOT NULL, format TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (id, format)
) WITHOUT ROWID;
-- What many printings have in common. NULL: not known.
CREATE TABLE looks (
    id INTEGER PRIMARY KEY, lang TEXT NOT NULL, rarity TEXT, border_color TEXT, frame TEXT,
    frame_effects TEXT, full_art INTEGER, promo INTEGER
);
-- place: 0 is the card's newest printing. released_at: NULL where it is the set's. Prices: in cents.
CREATE TABLE printings (
    card_id INTEGER NOT NULL, place INTEGER NOT NULL, set_id INTEGER NOT NULL, number TEXT NOT NULL,
    look_id INTEGER NOT NULL, released_at TEXT, scryfall_id BLOB, illustration_id BLOB,
    usd INTEGER, usd_foil INTEGER, eur INTEGER, eur_foil INTEGER, PRIMARY KEY (card_id, place)
) WITHOUT ROWID;
-- Titles besides the English names of the cards: foreign ones, and other names printings bear.
CREATE TABLE printed_names (
    card_id INTEGER NOT NULL, face INTEGER NOT NULL, lang TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (card_id, face, lang, name)
) WITHOUT ROWID;
"""
