"""The networks that tell the editions of a card apart: by its set symbol, and by its frame and border."""
