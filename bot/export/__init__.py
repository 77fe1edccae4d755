"""Exports of identified cards: a deck list, and CSV files for collection sites."""
