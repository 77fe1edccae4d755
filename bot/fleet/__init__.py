"""The recogniser as a pool of worker processes over Redis; needs the extra ``fleet``, and is only imported with it."""
