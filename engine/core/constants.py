"""Constants that two or more stages share. What one module alone needs stands at its top."""

from __future__ import annotations

CARD_ASPECT = 63 / 88
"""Width of a Magic card over its height (63 x 88 mm)."""

FACE_WIDTH, FACE_HEIGHT = 480, 670
"""Pixels of a straightened face: the title needs about 16 px of letter height, so 450 px and more."""

MAX_PHOTO_BYTES = 32 * 1024 * 1024
"""Bytes of a photo file. Discord's own limit for most users is 10 MiB; a phone's 50 MP JPEG stays under this."""

MAX_PHOTO_PIXELS = 60_000_000
"""Pixels of a photo, checked in its header before anything is decoded (a 50 MP phone photo passes)."""

MIN_PHOTO_SIDE_PX = 32
"""Shorter side of a photo; below this no title and hardly an art can be told."""
LIKELY_MAGIC = 0.5
"""Probability from which a find is rather a Magic card's face than a back, another game's card or none."""
