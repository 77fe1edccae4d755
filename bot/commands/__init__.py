"""Slash commands and the message menu: thin adapters."""
