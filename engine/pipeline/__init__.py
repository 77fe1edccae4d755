"""The stages joined: photo to identification."""
