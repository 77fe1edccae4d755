"""Exports of identified cards: a deck list, and CSV files for collection sites."""

from bot.export.deck import deck_list
from bot.export.lines import Remarks, remarks
from bot.export.table import Importer, csv_text

__all__ = ["Importer", "Remarks", "csv_text", "deck_list", "remarks"]
