"""Small folders of card data, in the form in which the catalogue is built from them."""

import csv
import gzip
from pathlib import Path

COLUMNS = {
    "cards.csv.gz": "oracle_id name layout mana_cost type_line sample_scryfall_id printings digital_only "
    "commander_legal_2025_09",
    "printings.csv.gz": "scryfall_id name set collector_number rarity lang released_at layout digital border_color "
    "frame frame_effects full_art promo illustration_id flavor_name finishes usd eur price_date",
    "printed_names.csv.gz": "lang name printed_name",
    "extra_names.csv.gz": "name_lower scryfall_id",
    "sets.csv": "code name type released_at retired",
}
DEFAULTS = {"layout": "normal", "printings": "1", "lang": "en", "digital": "0", "retired": "0", "type": "expansion"}
SETS = ({"code": "one", "name": "First Set", "released_at": "2001-01-01"},)


def write_metadata(folder: Path, *, cards=(), printings=(), printed_names=(), extra_names=(), sets=SETS) -> Path:
    """Write the files; rows are dicts and need only the columns that matter."""
    files = zip(COLUMNS.items(), (cards, printings, printed_names, extra_names, sets), strict=True)
    folder.mkdir(parents=True, exist_ok=True)
    for (name, columns), rows in files:
        opener = gzip.open if name.endswith(".gz") else open
        with opener(folder / name, "wt", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns.split())
            writer.writeheader()
            for row in rows:
                writer.writerow({column: DEFAULTS.get(column, "") for column in columns.split()} | row)
    (folder / "README.md").write_text("# Card data, compiled 2026-11-23\n", encoding="utf-8")
    return folder


def printing(name: str, **columns: str) -> dict[str, str]:
    """Return a printing of set ``one``, number 1, unless told otherwise."""
    return {"name": name, "set": "one", "collector_number": "1", "released_at": "2001-01-01"} | columns
