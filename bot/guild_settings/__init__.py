"""A server's settings: ``/settings``."""
