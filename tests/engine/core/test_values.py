"""Values refuse on construction what no stage could mean."""

import numpy as np
import pytest

from engine import Candidate, Card, Printing, Status
from engine.core.values import Quad

SQUARE = np.array([[0, 0], [9, 0], [9, 9], [0, 9]], np.float32)
CORNERS = tuple(map(tuple, SQUARE.tolist()))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Quad(SQUARE[:3], 0.5), r"float32 \(4, 2\), not float32 \(3, 2\)"),
        (lambda: Quad(SQUARE.astype(np.float64), 0.5), "not float64"),
        (lambda: Quad(SQUARE * np.float32(np.inf), 0.5), "finite"),
        (lambda: Quad(SQUARE, 1.5), r"score must be in 0\.\.1"),
        (lambda: Quad(SQUARE, 0.5, magic=-0.1), r"magic must be in 0\.\.1"),
        (lambda: Candidate("Bear", float("nan"), ""), r"confidence must be in 0\.\.1, not nan"),
        (lambda: Printing(None, "one", "One", "1", "", 2.0), "confidence"),
        (lambda: Card(CORNERS[:3], Status.UNKNOWN, None, 0.0), "four corners, not 3"),
        (lambda: Card(CORNERS, Status.IDENTIFIED, None, 0.9), "needs a name"),
        (lambda: Card(CORNERS, Status.UNKNOWN, None, -1.0), "confidence"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered in multiply:RuntimeWarning")
def test_impossible_values_are_refused(make, why):
    with pytest.raises(ValueError, match=why):
        make()
