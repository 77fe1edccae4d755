"""Buttons, menus, forms and message layout shared by every reply."""
