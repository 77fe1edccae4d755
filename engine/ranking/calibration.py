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
    """The parameters of a fitted ranker.

    Attributes:
        weights: one for each of :data:`engine.ranking.features.FEATURES`, 0 and up.
        bias: log odds of a name that nothing supports.
        identified_from: probability from which a corroborated name is ``identified``, 0..1.
        unsure_from: probability from which a name is worth showing; at most ``identified_from``.
        fitted_on: what it was fitted on: counts, date.
    """

    weights: Mapping[str, float]
    bias: float
    identified_from: float
    unsure_from: float
    fitted_on: Mapping[str, Any]

    def odds(self, features: Mapping[str, float]) -> float:
        """Return the log odds of a name with these features, against none of the proposed names."""
        return self.bias + sum(self.weights[name] * value for name, value in features.items())

    def save(self, path: Path) -> None:
        """Write it to ``path``."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def open(cls, path: Path) -> Calibration:
        """Read it from ``path``.

        Raises:
            ArtifactDamaged: the file is not a calibration, or its values are out of range.
            ArtifactMismatch: its features are not those of this code.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            found = cls(
                {str(name): float(weight) for name, weight in values["weights"].items()}, float(values["bias"]),
                float(values["identified_from"]), float(values["unsure_from"]), dict(values["fitted_on"]),
            )  # fmt: skip
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ArtifactDamaged(f"{path.name} is not a calibration ({error}); run training calibrate.") from error
        if set(found.weights) != set(FEATURES):
            raise ArtifactMismatch(
                f"{path.name} has weights for {sorted(found.weights)}, this version needs {sorted(FEATURES)}; "
                "run training calibrate again."
            )
        most = abs(found.bias) + sum(found.weights.values())
        finite = all(map(math.isfinite, (most, found.identified_from, found.unsure_from)))
        if not (finite and min(found.weights.values()) >= 0 and 0 <= found.unsure_from <= found.identified_from <= 1):
            raise ArtifactDamaged(f"{path.name} has a negative weight or a threshold outside 0..1; fit it again.")
        return found
