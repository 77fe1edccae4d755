"""Every seed and every input that once broke something: none may raise what its target doesn't declare."""

from __future__ import annotations

import pytest

from stress.fuzz.targets import TARGETS
from stress.fuzz.targets.pictures import with_right_sums
from stress.fuzz.targets.registry import CORPUS, CRASHES, Target

MOST_SEED_BYTES = 16_384
"""Of one target's whole corpus: seeds are beginnings, not collections."""

INPUTS = [path for folder in (CORPUS, CRASHES) for path in sorted(folder.glob("*/*"))]


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: "/".join(path.parts[-3:]))
def test_an_input_is_taken_or_refused_by_a_declared_error(path):
    error = TARGETS[path.parent.name].meet(path.read_bytes())
    if error is not None:
        raise error


def test_the_sums_of_a_png_file_are_put_right_and_right_ones_stay():
    right = (CORPUS / "image" / "colours.png").read_bytes()
    assert with_right_sums(right) == right
    spoilt = right[:29] + bytes(4) + right[33:]
    assert spoilt != right
    assert with_right_sums(spoilt) == right


def test_a_target_that_raises_something_undeclared_is_caught():
    def run(data: bytes) -> None:
        raise KeyError(data) if data else ValueError

    target = Target("one", run, refuses=(ValueError,))
    assert target.meet(b"") is None
    assert isinstance(target.meet(b"x"), KeyError)


def test_every_target_has_a_small_corpus_and_every_folder_a_target():
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
    assert {path.name for path in CRASHES.iterdir()} <= set(TARGETS)
    sizes = {name: sum(path.stat().st_size for path in (CORPUS / name).iterdir()) for name in TARGETS}
    assert all(0 < size <= MOST_SEED_BYTES for size in sizes.values()), sizes


def test_a_seed_reaches_what_its_target_is_about():
    """At least one seed of each target is taken: a corpus that is refused at the door would find nothing behind it."""
    for name, target in TARGETS.items():
        taken = []
        for path in (CORPUS / name).iterdir():
            try:
                target.run(path.read_bytes())
            except target.refuses:
                continue
            taken.append(path)
        assert taken, name
