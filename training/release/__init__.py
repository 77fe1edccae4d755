"""Build artifact folders, check them, put them in place, roll them back, and pack them for other hosts."""
