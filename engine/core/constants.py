"""Constants shared by several stages; a constant of one module belongs at the top of that module."""

from __future__ import annotations

CARD_ASPECT = 63 / 88
"""Width of a Magic card over its height (63 x 88 mm)."""

FACE_WIDTH, FACE_HEIGHT = 480, 670
"""Pixels of a rectified face: a title needs letters about 16 px high, so a face 450 px wide or more."""

MAX_PHOTO_BYTES = 32 * 1024 * 1024
"""Most bytes of a photo file. Discord allows most users 10 MiB; a phone's 50 MP JPEG is smaller than this."""

MAX_PHOTO_PIXELS = 60_000_000
"""Most pixels of a photo, checked in its header before decoding (a 50 MP phone photo passes)."""

MIN_PHOTO_SIDE_PX = 32
"""Shorter side of a photo; below this no title and little artwork can be recognised."""

MAX_CARDS = 120
"""Most cards of a photo: a deck of 100 or of 60 and 15 with tokens, and some to spare. Bounds time and memory."""

LIKELY_MAGIC = 0.5
"""Probability from which a detection counts as a Magic card's face, not a back, another game's card or no card."""

READABLE_PX = 110.0
"""Height of a card in a photo from which its title may be legible: below, that is less than 6.5 pixels high."""
