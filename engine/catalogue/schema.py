"""The schema of the catalogue's SQLite file, which ``training/catalogue/build.py`` writes and the engine reads."""

from __future__ import annotations

SCHEMA_VERSION = 4
"""Stored in ``PRAGMA user_version``. A file with another number is refused: it must be rebuilt, never migrated."""

TOKEN_LAYOUTS = frozenset({"token", "double_faced_token", "emblem"})
"""Layouts of things printed like cards but not played from a deck."""
BACKED_LAYOUTS = frozenset({"transform", "modal_dfc", "double_faced_token", "battle"})
"""Layouts with a picture on the back; other two-faced cards have both faces on the front."""
TOKEN_TYPES = ("Token", "Emblem")
"""Prefixes of tokens' type lines, which identify them if their layout is unknown."""

SCHEMA = """
-- prices_date, legalities_date: ISO, as precise as known; absent without any.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sets (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    released_at TEXT NOT NULL, type TEXT NOT NULL
);
-- Shared by many cards.
CREATE TABLE kinds (id INTEGER PRIMARY KEY, layout TEXT NOT NULL, type_line TEXT NOT NULL);
-- oracle_id and all other ids: the 16 bytes of a UUID. shown: place of the representative printing.
CREATE TABLE cards (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind_id INTEGER NOT NULL, mana_cost TEXT NOT NULL,
    oracle_id BLOB, sample_id BLOB, shown INTEGER, legality_id INTEGER
);
-- Shared by many cards: the status in each format where it is known.
CREATE TABLE legalities (
    id INTEGER NOT NULL, format TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (id, format)
) WITHOUT ROWID;
-- Shared by many printings. NULL: unknown.
CREATE TABLE looks (
    id INTEGER PRIMARY KEY, lang TEXT NOT NULL, rarity TEXT, border_color TEXT, frame TEXT,
    frame_effects TEXT, full_art INTEGER, promo INTEGER
);
CREATE TABLE artists (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
-- place: 0 is the card's newest printing. released_at: NULL if it is the set's. Prices: in cents.
CREATE TABLE printings (
    card_id INTEGER NOT NULL, place INTEGER NOT NULL, set_id INTEGER NOT NULL, number TEXT NOT NULL,
    look_id INTEGER NOT NULL, released_at TEXT, scryfall_id BLOB, illustration_id BLOB,
    artist_id INTEGER, usd INTEGER, usd_foil INTEGER, eur INTEGER, eur_foil INTEGER, PRIMARY KEY (card_id, place)
) WITHOUT ROWID;
-- Titles other than the cards' English names: foreign ones, and alternative names of printings. Both columns as
-- engine/catalogue/titles.py packs them: a row a title would take four times the space.
CREATE TABLE titles (lang TEXT PRIMARY KEY, owners BLOB NOT NULL, texts BLOB NOT NULL) WITHOUT ROWID;
"""
