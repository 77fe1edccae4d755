"""Lock files, as ``make lock`` writes them: each requirement with its version and the hashes of its distributions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from training.data.errors import CommandError

_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_OPTION = " --"


@dataclass(frozen=True, slots=True)
class Pin:
    """One locked requirement.

    Attributes:
        name: normalised: lower case, hyphens.
        version: exact.
        marker: environment marker, "" for everywhere.
        hashes: SHA-256 (hex digits) of each distribution.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(path: Path) -> tuple[Pin, ...]:
    """Return the pins of a lock file, in order.

    Raises:
        CommandError: a line is not a requirement, pins no version, or has no hash.
        OSError: the file can't be read.
    """
    pins = []
    for line in map(str.strip, re.sub(r"\\\n", " ", path.read_text(encoding="utf-8")).splitlines()):
        if not line or line.startswith("#"):
            continue
        try:
            found = Requirement(line.partition(_OPTION)[0])
        except InvalidRequirement as error:
            raise CommandError(f"{path} is not a lock file ({error}): {line[:80]}") from None
        versions = [specifier.version for specifier in found.specifier if specifier.operator == "=="]
        hashes = tuple(_HASH.findall(line))
        if len(versions) != 1 or not hashes:
            raise CommandError(f"{path} doesn't pin {found.name} with a hash; renew it: make lock.")
        pins.append(Pin(canonicalize_name(found.name), versions[0], str(found.marker or ""), hashes))
    return tuple(pins)
