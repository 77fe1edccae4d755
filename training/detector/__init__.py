"""The detector's training: composed photos in, a network that tells where cards lie and which way up."""
