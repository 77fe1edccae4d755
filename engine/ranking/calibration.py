"""The fitted ranker: a weight for each feature, and the thresholds for ``identified`` and ``unsure``. One JSON file.

A conditional logit model (McFadden 1974) over the names proposed for a card and "none of them": a name's log odds
against none are ``bias + sum(weight * feature)``, with the features of ``engine/ranking/features.py``. Weights are
never negative, so more evidence never lowers a probability. ``python -m training calibrate`` fits it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.core.errors import ArtifactDamaged, ArtifactMismatch
from engine.ranking.features import FEATURES


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted judge.

    Attributes:
        weights: of each of :data:`engine.ranking.features.FEATURES`, 0 and up.
        bias: log odds of a name for which nothing speaks.
        identified_from: probability from which a corroborated name is ``identified``, 0..1.
        unsure_from: probability from which a name is worth showing; at most ``identified_from``.
        fitted_on: what it was learnt from: counts, date.
    """

    weights: Mapping[str, float]
    bias: float
    identified_from: float
    unsure_from: float
    fitted_on: Mapping[str, Any]

    def odds(self, features: Mapping[str, float]) -> float:
        """Return the log odds of a name for which these features speak, against none of the names that came up."""
        return self.bias + sum(self.weights[name] * value for name, value in features.items())

    def save(self, path: Path) -> None:
        """Write it to ``path``."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def open(cls, path: Path) -> Calibration:
        """Read it from ``path``.

        Raises:
            ArtifactDamaged: the file is no calibration, or its numbers can't be one.
            ArtifactMismatch: it knows other features than this code.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            found = cls(
                {str(name): float(weight) for name, weight in values["weights"].items()}, float(values["bias"]),
                float(values["identified_from"]), float(values["unsure_from"]), dict(values["fitted_on"]),
            )  # fmt: skip
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ArtifactDamaged(f"{path.name} is no calibration ({error}); make one: training calibrate.") from error
        if set(found.weights) != set(FEATURES):
            raise ArtifactMismatch(
                f"{path.name} weighs {sorted(found.weights)}, this version {sorted(FEATURES)}; fit it again: "
                "training calibrate."
            )
        if not found._is_sound():
            raise ArtifactDamaged(f"{path.name} has a negative weight or a limit outside 0..1; fit it again.")
        return found

    def _is_sound(self) -> bool:
        most = abs(self.bias) + sum(self.weights.values())
        return (
            all(map(math.isfinite, (most, self.identified_from, self.unsure_from)))
            and min(self.weights.values()) >= 0
            and 0 <= self.unsure_from <= self.identified_from <= 1
        )
