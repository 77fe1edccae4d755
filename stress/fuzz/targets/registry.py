"""The list of targets, and what a target is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1]
CORPUS, CRASHES = FOLDER / "corpus", FOLDER / "crashes"
"""Seeds, and inputs that once raised something undeclared: a folder for each target in both."""

Run = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Target:
    """Something that takes foreign bytes.

    Attributes:
        run: takes them; raises AssertionError where what comes out breaks a promise.
        refuses: the errors it declares; any other is a finding.
        longest: bytes of the longest input worth trying.
    """

    name: str
    run: Run
    refuses: tuple[type[Exception], ...] = ()
    longest: int = 4096

    def meet(self, data: bytes) -> Exception | None:
        """Return the undeclared exception that ``data`` leads to, None where all is well."""
        try:
            self.run(data)
        except self.refuses:
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
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
    """Return bytes as a text: what is no UTF-8 becomes lone surrogates, as JSON's escapes can bring them."""
    return data.decode("utf-8", "surrogateescape")
