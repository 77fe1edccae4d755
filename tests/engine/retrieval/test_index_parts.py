"""An index whose vectors come in parts."""

from __future__ import annotations

import numpy as np
import pytest

from engine.retrieval.index import FaceIndex, IndexKind


@pytest.mark.parametrize("kind", list(IndexKind))
@pytest.mark.parametrize("cuts", [[], [300], [1, 2, 699]])
def test_vectors_in_parts_make_the_same_index_as_all_at_once(kind, cuts):
    vectors = np.random.default_rng(0).standard_normal((700, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    parts = np.split(vectors, cuts)
    assert np.array_equal(FaceIndex.build_from_parts(parts, kind).vectors(), FaceIndex.build(vectors, kind).vectors())


def test_no_part_is_no_index():
    with pytest.raises(ValueError, match="one vector or more"):
        FaceIndex.build_from_parts([])
