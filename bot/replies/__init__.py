"""The answer to photos: composed, laid out, sent and stored."""
