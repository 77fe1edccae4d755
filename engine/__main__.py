"""``python -m engine``: name cards in photos, look names up, tell what is installed."""

from __future__ import annotations

import sys

from engine.cli import main

if __name__ == "__main__":
    sys.exit(main())
