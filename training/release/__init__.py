"""Keeping an artifact folder current: built, checked, swapped in, taken back, sent to others."""
