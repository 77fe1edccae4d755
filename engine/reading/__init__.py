"""Text in a photo to card names: line detection, recognition and title matching."""
