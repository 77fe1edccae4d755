import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.errors import BadImage
from engine.core.values import Candidate, Card, Printing, Status
from training.data.photo_labels import Label, LabelledPhoto
from training.scoring.matching import Outcome, is_failure, match, missing_labels
from training.scoring.metrics import calibration_error, latencies, measure, precision, recall, reliability
from training.scoring.results import Latency, Rate

SQUARE = ((0.0, 0.0), (63.0, 0.0), (63.0, 88.0), (0.0, 88.0))


def card(name, confidence=0.8, status=Status.IDENTIFIED, *, candidates=(), set_code=None) -> Card:
    printing = Printing(None, set_code, "", "1", "", 0.5) if set_code else None
    others = tuple(Candidate(other, 0.1, "") for other in candidates)
    return Card(SQUARE, status, name, confidence, printing=printing, candidates=others)


def unsure(name, confidence=0.5) -> Card:
    return card(name, confidence, Status.UNSURE)


def unknown(name, confidence=0.1) -> Card:
    return card(name, confidence, Status.UNKNOWN)


def outcome(names: str | Sequence[Label], *cards: Card, visible: int | None = None, tags=(), source="") -> Outcome:
    labels = tuple(Label(name) for name in names.split("|") if name) if isinstance(names, str) else tuple(names)
    visible = len(labels) if visible is None else visible
    return Outcome(LabelledPhoto("a.jpg", Path("a.jpg"), visible, labels, tuple(tags), source), cards)


class TestMatching:
    @pytest.mark.parametrize(
        ("label", "answer"),
        [
            ("Ember Owl", "ember owl"),
            ("Lím-Dûl's Vault", "Lim Duls Vault"),
            ("Æther Spike", "Aether Spike"),
            ("Day Moth // Night Moth", "Day Moth // Night Moth"),
            ("Day Moth // Night Moth", "Night Moth"),
            ("Day Moth", "Day Moth // Night Moth"),
        ],
    )
    def test_the_whole_name_or_either_face_is_right_in_any_spelling(self, label, answer):
        assert match([Label(label)], [card(answer)]) == [0]

    @pytest.mark.parametrize(
        ("label", "answer"),
        [("Ember Owl", "Ember Owls"), ("Fire // Ice", "Fire // Snow"), ("Day Moth // Night Moth", "Moth")],
    )
    def test_part_of_a_name_or_one_shared_face_of_two_is_wrong(self, label, answer):
        assert match([Label(label)], [card(answer)]) == [None]

    def test_each_label_is_taken_once_by_the_most_confident_answer(self):
        assert match([Label("Owl")], [card("Owl", 0.3), card("Owl", 0.9), card("Owl", 0.5)]) == [None, 0, None]

    def test_two_of_the_same_card_need_two_answers(self):
        assert match([Label("Owl"), Label("Owl")], [card("Owl"), card("Owl"), card("Owl")]).count(None) == 1

    def test_a_face_does_not_take_the_label_of_its_namesake(self):
        labels = [Label("Day Moth // Night Moth"), Label("Night Moth")]
        assert match(labels, [card("Night Moth", 0.9), card("Day Moth", 0.5)]) == [1, 0]

    def test_unknown_cards_take_no_labels(self):
        assert match([Label("Owl")], [unknown("Owl", 0.9), unsure("Owl", 0.2)]) == [None, 0]

    def test_labels_without_an_answer_are_missing(self):
        missed = missing_labels(outcome("Owl|Owl|Moth|Elk", card("Owl"), card("Elk"), unknown("Moth")))
        assert [label.name for label in missed] == ["Owl", "Moth"]

    @pytest.mark.parametrize(
        ("result", "failed"),
        [
            (outcome("Owl", card("Owl")), False),
            (outcome("Owl", card("Owl"), unknown("Elk")), False),
            (outcome("", visible=0), False),
            (outcome("Owl", card("Owl"), unsure("Elk")), True),
            (outcome("Owl"), True),
            (outcome("", unsure("Owl"), visible=0), True),
            (Outcome(LabelledPhoto("a.jpg", Path("a.jpg"), 0), error=BadImage("damaged_image", "torn")), True),
        ],
    )
    def test_a_failure_is_a_missing_name_a_wrong_name_or_an_error(self, result, failed):
        assert is_failure(result) is failed


class TestRates:
    def test_recall_counts_labels_and_precision_answers(self):
        figures = measure([outcome("Owl|Moth|Elk", card("Owl"), unsure("Moth"), card("Bear"), unknown("Elk"))])
        assert figures.recall == Rate(2, 3)
        assert figures.precision == Rate(2, 3)

    def test_identified_figures_count_only_that_status(self):
        figures = measure([outcome("Owl|Moth", card("Owl"), card("Bear"), unsure("Moth"))])
        assert figures.identified_recall == Rate(1, 2)
        assert figures.identified_precision == Rate(1, 2)

    def test_an_unsure_answer_does_not_block_an_identified_one(self):
        figures = measure([outcome("Owl", unsure("Owl", 0.9), card("Owl", 0.8))])
        assert figures.recall == Rate(1, 1)
        assert figures.precision == Rate(1, 2)
        assert figures.identified_precision == Rate(1, 1)

    def test_means_by_photo_weight_photos_equally(self):
        figures = measure([outcome("A|B|C|D", card("A")), outcome("Owl", card("Owl")), outcome("", visible=0)])
        assert figures.recall == Rate(2, 5)
        assert figures.recall_by_photo.value == pytest.approx((0.25 + 1.0) / 2)
        assert figures.recall_by_photo.photos == 2
        assert figures.precision_by_photo.value == 1.0

    def test_figures_without_counts_are_none(self):
        figures = measure([])
        assert figures.recall.value is None
        assert figures.calibration_error is None
        assert figures.recall_by_photo.value is None
        assert figures.to_dict()["recall"] == {"value": None, "hits": 0, "of": 0}

    def test_a_photo_that_failed_still_counts_its_labels(self):
        failed = Outcome(outcome("Owl|Elk").photo, error=BadImage("damaged_image", "torn"))
        figures = measure([failed, outcome("Owl", card("Owl"))])
        assert figures.recall == Rate(1, 3)
        assert (figures.photos, figures.errors) == (2, 1)

    def test_precision_when_sure_starts_at_nine_tenths(self):
        figures = measure([outcome("Owl|Elk", card("Owl", 0.9), card("Bear", 0.95), card("Elk", 0.8999))])
        assert figures.precision_when_sure == Rate(1, 2)


class TestSingleCards:
    def test_the_most_confident_answer_counts(self):
        figures = measure([outcome("Owl", card("Elk", 0.6), card("Owl", 0.7)), outcome("Owl", card("Elk", 0.6))])
        assert figures.top1 == Rate(1, 2)

    def test_one_label_and_one_visible_card_make_a_single(self):
        results = [outcome("Owl", visible=2), outcome("Owl|Elk"), outcome("", visible=1), outcome("Owl")]
        assert measure(results).top1 == Rate(0, 1)

    def test_an_unknown_card_is_no_answer(self):
        figures = measure([outcome("Owl", unknown("Owl"))])
        assert figures.top1 == Rate(0, 1)
        assert figures.top5 == Rate(0, 1)

    def test_top5_uses_only_the_candidates_of_the_most_confident_answer(self):
        wrong_but_near = card("Elk", 0.6, candidates=("Elk", "A", "B", "C", "Owl"))
        too_far_down = card("Elk", 0.6, candidates=("Elk", "A", "B", "C", "D", "Owl"))
        elsewhere = (card("Elk", 0.6, candidates=("Elk",)), card("Bear", 0.5, candidates=("Bear", "Owl")))
        results = [outcome("Owl", wrong_but_near), outcome("Owl", too_far_down), outcome("Owl", *elsewhere)]
        figures = measure(results)
        assert figures.top5 == Rate(1, 3)
        assert figures.top1 == Rate(0, 3)

    def test_a_right_name_without_candidates_counts_for_top5(self):
        assert measure([outcome("Owl", card("Owl"))]).top5 == Rate(1, 1)


class TestFalseNames:
    def test_only_photos_without_a_card_can_have_them(self):
        results = [
            outcome("", card("Owl"), visible=0),
            outcome("", unsure("Owl"), visible=0),
            outcome("", unknown("Owl"), visible=0),
            outcome("", visible=0),
            outcome("", card("Owl"), visible=2),
        ]
        figures = measure(results)
        assert figures.false_identified == Rate(1, 4)
        assert figures.false_named == Rate(2, 4)


class TestPrinting:
    def test_is_counted_over_right_answers_whose_label_has_a_set(self):
        labels = [Label("Owl", "abc"), Label("Elk", "abc"), Label("Bear", "abc"), Label("Moth"), Label("Newt", "abc")]
        cards = [
            card("Owl", set_code="ABC"),
            card("Elk", set_code="xyz"),
            card("Bear"),
            card("Moth", set_code="abc"),
            card("Toad", set_code="abc"),
        ]
        figures = measure([outcome(labels, *cards)]).printing
        assert (figures.right, figures.wrong, figures.abstained) == (1, 1, 1)
        assert figures.accuracy == Rate(1, 3)


class TestCalibration:
    @given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
    def test_of_perfectly_calibrated_answers_is_zero(self, certain, hopeless, even):
        scored = [(1.0, True)] * certain + [(0.0, False)] * hopeless + [(0.5, True), (0.5, False)] * even
        error = calibration_error(reliability(scored))
        assert error is None if not scored else error == pytest.approx(0.0)

    def test_of_wrong_certainty_is_one(self):
        assert calibration_error(reliability([(1.0, False)] * 3)) == pytest.approx(1.0)

    def test_includes_unknown_cards_with_a_name(self):
        figures = measure([outcome("Owl", card("Owl", 1.0), unknown("Elk", 0.05))])
        assert sum(b.right.of for b in figures.reliability) == 2
        assert figures.calibration_error == pytest.approx(0.05 / 2)

    @given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
    def test_equals_its_slow_twin(self, scored):
        gap = 0.0
        for at in range(10):
            group = [pair for pair in scored if min(int(pair[0] * 10), 9) == at]
            if group:
                said = sum(confidence for confidence, _ in group) / len(group)
                true = sum(1 for _, right in group if right) / len(group)
                gap += abs(said - true) * len(group) / len(scored)
        assert calibration_error(reliability(scored)) == pytest.approx(gap)


class TestRiskCoverage:
    def test_fewer_answers_pass_a_higher_threshold(self):
        figures = measure([outcome("Owl|Elk", card("Owl", 0.97), unsure("Elk", 0.55), unknown("Bear", 0.05))])
        points = {point.threshold: point for point in figures.risk_coverage}
        assert (points[0.0].coverage, points[0.0].precision) == (Rate(3, 3), Rate(2, 3))
        assert (points[0.5].coverage, points[0.5].recall) == (Rate(2, 3), Rate(2, 2))
        assert (points[0.95].coverage, points[0.95].precision) == (Rate(1, 3), Rate(1, 1))
        assert points[0.99].precision.value is None


class TestGroups:
    def test_a_photo_counts_once_for_each_of_its_tags_and_for_its_source(self):
        results = [
            outcome("Owl", card("Owl"), tags=("single", "dim"), source="here"),
            outcome("Elk", card("Owl"), tags=("single",), source="there"),
        ]
        figures = measure(results)
        assert {tag: group.recall for tag, group in figures.by_tag.items()} == {"single": Rate(1, 2), "dim": Rate(1, 1)}
        assert {source: group.top1 for source, group in figures.by_source.items()} == {
            "here": Rate(1, 1),
            "there": Rate(0, 1),
        }


class TestLatencies:
    def test_cover_each_stage_of_photos_without_errors(self):
        photo = outcome("Owl").photo
        results = [Outcome(photo, timings_ms={"detect": float(ms), "total": 2.0 * ms}) for ms in range(101)]
        results.append(Outcome(photo, timings_ms={"detect": 9999.0}, error=BadImage("damaged_image", "torn")))
        assert latencies(results) == {"detect": Latency(50.0, 95.0), "total": Latency(100.0, 190.0)}

    def test_of_no_photos_are_empty(self):
        assert latencies([]) == {}


# -- Properties over any outcomes ------------------------------------------------------------------

NAMES = st.sampled_from(["Owl", "owl", "Elk", "Day Moth // Night Moth", "Day Moth", "Night Moth"])
CARDS = st.builds(
    card,
    NAMES,
    st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
    st.sampled_from(Status),
    candidates=st.lists(NAMES, max_size=3),
    set_code=st.sampled_from([None, "abc", "xyz"]),
)
LABELS = st.builds(Label, NAMES, st.sampled_from([None, "abc"]))
OUTCOMES = st.builds(
    lambda labels, cards, tags: outcome(labels, *cards, tags=tags),
    st.lists(LABELS, max_size=3),
    st.lists(CARDS, max_size=4),
    st.sampled_from([(), ("dim",), ("dim", "glare")]),
)


@given(st.lists(OUTCOMES, max_size=5))
def test_all_rates_are_between_zero_and_one(results):
    figures = measure(results)
    means = [figures.recall_by_photo.value, figures.precision_by_photo.value, figures.calibration_error]
    assert all(mean is None or 0.0 <= mean <= 1.0 for mean in means)
    rates = [value for value in (getattr(figures, name) for name in figures.__slots__) if isinstance(value, Rate)]
    rates += [rate for point in figures.risk_coverage for rate in (point.coverage, point.precision, point.recall)]
    assert rates
    assert all(0 <= rate.hits <= rate.of for rate in rates)


@settings(max_examples=50)
@given(st.lists(OUTCOMES, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_the_photos_does_not_matter(results, chance: random.Random):
    shuffled = list(results)
    chance.shuffle(shuffled)
    assert measure(shuffled) == measure(results)


@given(st.lists(LABELS, max_size=4), st.lists(CARDS, max_size=6))
def test_matching_is_one_to_one_and_only_between_the_same_cards(labels, cards):
    taken = match(labels, cards, lambda _: True)
    used = [at for at in taken if at is not None]
    assert len(used) == len(set(used))
    for answer, at in zip(cards, taken, strict=True):
        if at is not None:
            faces = {part.strip().lower() for part in f"{labels[at].name} // {labels[at].name}".split("//")}
            assert answer.name.lower() == labels[at].name.lower() or faces & set(answer.name.lower().split(" // "))


@given(st.lists(NAMES, max_size=5), st.lists(CARDS, max_size=6))
def test_right_answers_equal_the_slow_twin_where_names_have_one_face(names, cards):
    plain = [name for name in names if "Moth" not in name]
    answers = [c for c in cards if "Moth" not in c.name]
    # Slow and obvious: count each name's labels and answers; the smaller number is right.
    said = [c.name.lower() for c in answers if c.status is not Status.UNKNOWN]
    known = [name.lower() for name in plain]
    expected = sum(min(said.count(name), known.count(name)) for name in {"owl", "elk"})
    result = outcome([Label(name) for name in plain], *answers)
    assert recall([result]) == Rate(expected, len(plain))
    assert precision([result]) == Rate(expected, len(said))
