"""The rule: on no set of photos may the engine name less than the naive trial, nor be less right."""

import pytest

from training.calibration import card_splits
from training.evaluation import stacks
from training.evaluation.engine_on_photos import BASELINE, CARDGLASS, evaluate
from training.evaluation.ocr_baseline import OcrBaseline, english_titles
from training.scoring.metrics import measure

FANS = 4


@pytest.fixture(scope="module", name="figures")
def measured_fans(demo_set, demo_engine, tmp_path_factory):
    """The figures of both systems on the same fans of demo cards, which both know by their titles."""
    folder = tmp_path_factory.mktemp("fans")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(card_splits, "is_held_out", lambda _: True)  # of the few demo cards hardly one is
        fans = stacks.compose_stacks(demo_set.faces_csv, None, FANS, folder, kinds=("fan",))
    naive = OcrBaseline(english_titles(demo_engine.catalogue))
    outcomes = evaluate([one.photo for one in fans], {CARDGLASS: demo_engine.identify, BASELINE: naive.identify})
    return {
        system: measure([stacks.leave_out_hidden(outcome, one.hidden) for outcome, one in zip(of, fans, strict=True)])
        for system, of in outcomes.items()
    }


def test_the_fans_have_titles_that_the_naive_trial_can_read(figures):
    assert figures[BASELINE].labels >= 2 * FANS
    assert figures[BASELINE].recall.hits > 0


def test_the_engine_names_no_fewer_cards_than_the_naive_trial(figures):
    assert figures[CARDGLASS].recall.hits >= figures[BASELINE].recall.hits


def test_the_engine_names_cards_no_less_rightly_than_the_naive_trial(figures):
    assert figures[CARDGLASS].precision.hits > 0
    assert figures[CARDGLASS].precision.value >= figures[BASELINE].precision.value
