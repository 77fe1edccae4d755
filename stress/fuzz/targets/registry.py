"""The registry of fuzzing targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1]
CORPUS, CRASHES = FOLDER / "corpus", FOLDER / "crashes"
"""Seeds, and inputs that once raised an undeclared error: both have a folder for each target."""

Run = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Target:
    """A function that processes foreign bytes.

    Attributes:
        run: processes them; raises AssertionError if the result is wrong.
        refuses: declared errors; any other is a find.
        longest: maximum length of an input, bytes.
    """

    name: str
    run: Run
    refuses: tuple[type[Exception], ...] = ()
    longest: int = 4096

    def try_input(self, data: bytes) -> Exception | None:
        """Return the undeclared exception that ``data`` causes, None if there is none."""
        try:
            self.run(data)
        except self.refuses:
            return None
        except Exception as error:  # noqa: BLE001 - every undeclared error is a find
            return error
        return None


TARGETS: dict[str, Target] = {}


def target(name: str, *, refuses: tuple[type[Exception], ...] = (), longest: int = 4096) -> Callable[[Run], Run]:
    """Register a function as the target ``name``; see :class:`Target` for the rest."""

    def register(run: Run) -> Run:
        assert name not in TARGETS, f"two targets are called {name}"
        TARGETS[name] = Target(name, run, refuses, longest)
        return run

    return register


def as_text(data: bytes) -> str:
    """Decode bytes as text; invalid UTF-8 becomes lone surrogates, which JSON escapes can produce, too."""
    return data.decode("utf-8", "surrogateescape")
