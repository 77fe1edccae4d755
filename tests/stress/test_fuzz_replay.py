"""Replay every seed and every past find: none may raise an error that its target does not declare."""

from __future__ import annotations

import pytest

from stress.fuzz.targets import TARGETS
from stress.fuzz.targets.pictures import with_correct_checksums
from stress.fuzz.targets.registry import CORPUS, CRASHES, Target

MOST_SEED_BYTES = 16_384
"""Maximum size of one target's whole corpus: seeds are starting points, not collections."""

INPUTS = [path for folder in (CORPUS, CRASHES) for path in sorted(folder.glob("*/*"))]


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: "/".join(path.parts[-3:]))
def test_an_input_is_accepted_or_refused_by_a_declared_error(path):
    error = TARGETS[path.parent.name].try_input(path.read_bytes())
    if error is not None:
        raise error


def test_checksums_of_a_png_file_are_corrected():
    right = (CORPUS / "image" / "colours.png").read_bytes()
    assert with_correct_checksums(right) == right
    spoilt = right[:29] + bytes(4) + right[33:]
    assert spoilt != right
    assert with_correct_checksums(spoilt) == right


def test_an_undeclared_error_is_returned():
    def run(data: bytes) -> None:
        raise KeyError(data) if data else ValueError

    target = Target("one", run, refuses=(ValueError,))
    assert target.try_input(b"") is None
    assert isinstance(target.try_input(b"x"), KeyError)


def test_every_target_has_a_small_corpus():
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
    assert {path.name for path in CRASHES.iterdir()} <= set(TARGETS)
    sizes = {name: sum(path.stat().st_size for path in (CORPUS / name).iterdir()) for name in TARGETS}
    assert all(0 < size <= MOST_SEED_BYTES for size in sizes.values()), sizes


def test_each_target_accepts_one_of_its_seeds():
    """A corpus that is refused at once would not reach the code behind."""
    for name, target in TARGETS.items():
        taken = []
        for path in (CORPUS / name).iterdir():
            try:
                target.run(path.read_bytes())
            except target.refuses:
                continue
            taken.append(path)
        assert taken, name
