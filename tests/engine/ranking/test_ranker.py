"""The ranker: what more evidence may change in a verdict, and what it may not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue.names import Title, fold
from engine.core.artifacts import JUDGE, SHIPPED
from engine.core.values import Status
from engine.ranking.calibration import Calibration
from engine.ranking.features import FEATURES, Evidence, feature_values
from engine.ranking.ranker import Ranker, is_corroborated
from engine.reading.title_matcher import TitleMatch, title_evidence, title_key
from engine.reading.title_reader import TitleReading
from engine.retrieval.indexed_faces import IndexedFace
from engine.retrieval.picture_match import NO_MATCHES, FaceMatch, PictureMatches

NAMES = ("Bellrook Sentry", "Prism of Nine Winters", "Quillon Glassmage", "Oath")
some = settings(max_examples=150)
ranker = Ranker(Calibration.open(SHIPPED / JUDGE))


def read(*edits_by_card, score=1.0):
    """Return a title reading; each item is a card's number and the edits its title is away."""
    matches = []
    for card, edits in edits_by_card:
        key = title_key(NAMES[card])
        title = Title(NAMES[card], card, "en", 0, fold(NAMES[card]))
        similarity = max(0.0, 1 - edits / len(key))
        matches.append(TitleMatch(title, similarity, title_evidence(key, edits)))
    return TitleReading("as read", score, tuple(sorted(matches, key=lambda m: -m.evidence)))


def seen(*similarities_by_card):
    """Return a picture reading; each item is a card's number and its likeness."""
    likes = [FaceMatch(card, IndexedFace(NAMES[card], "", "", "", ""), value) for card, value in similarities_by_card]
    return PictureMatches(tuple(sorted(likes, key=lambda like: -like.similarity)))


def confidences(evidence):
    """Return the confidence by card; cards nobody speaks for have none."""
    return {ranked.card_id: ranked.confidence for ranked in ranker.rank(evidence).ranked}


cards = st.integers(0, len(NAMES) - 1)
titles = st.builds(
    lambda edits, score: read(*edits.items(), score=score),
    st.dictionaries(cards, st.integers(0, 5), max_size=4),
    st.floats(0.5, 1),
)
pictures = st.builds(lambda likes: seen(*likes.items()), st.dictionaries(cards, st.floats(-0.2, 1), max_size=4))
evidences = st.builds(
    Evidence,
    title=titles,
    picture=pictures,
    loose=st.booleans(),
    type_line=st.sampled_from(["", "Creature — Bird"]),
    beside_sure_card=st.booleans(),
    searched=st.booleans(),
    magic=st.floats(0, 1),
    detector_score=st.floats(0, 1),
    height_px=st.floats(10, 4000),
    sharpness=st.one_of(st.none(), st.floats(0, 1e5)),
)


@some
@given(evidences)
def test_confidences_are_probabilities_and_leave_room_for_none_of_them(evidence):
    verdict = ranker.rank(evidence)
    values = [ranked.confidence for ranked in verdict.ranked]
    assert all(0 <= value <= 1 for value in values)
    assert sum(values) <= 1 + 1e-9
    assert values == sorted(values, reverse=True)
    assert verdict.confidence == (values[0] if values else 0)


@some
@given(evidences)
def test_every_card_heard_of_is_ranked_once(evidence):
    ids = [ranked.card_id for ranked in ranker.rank(evidence).ranked]
    assert len(ids) == len(set(ids))
    assert set(ids) >= {match.title.card_id for match in evidence.title.matches}


@some
@given(evidences, cards, st.floats(0, 0.5))
def test_a_card_that_looks_more_alike_gains_and_the_others_together_lose(evidence, card, more):
    likes = {like.card_id: like.similarity for like in evidence.picture.matches}
    likes[card] = min(1.0, likes.get(card, 0.4) + more)
    before, after = confidences(evidence), confidences(replace(evidence, picture=seen(*likes.items())))
    assert after.get(card, 0) >= before.get(card, 0) - 1e-9
    assert sum(after.values()) - after.get(card, 0) <= sum(before.values()) - before.get(card, 0) + 1e-9


@some
@given(evidences, cards, st.integers(0, 5), st.floats(0.5, 1))
def test_a_title_read_with_fewer_errors_gains_and_the_others_together_lose(evidence, card, edits, score):
    def with_edits(count):
        return replace(evidence, title=read((card, count), ((card + 1) % len(NAMES), 3), score=score))

    before, after = confidences(with_edits(edits + 1)), confidences(with_edits(edits))
    assert after[card] >= before[card] - 1e-9
    assert sum(after.values()) - after[card] <= sum(before.values()) - before[card] + 1e-9


def known(evidence):
    """Return the probability that it is one of the known cards at all."""
    return sum(confidences(evidence).values())


@some
@given(evidences)
def test_company_and_a_type_line_make_a_magic_card_likelier(evidence):
    alone = replace(evidence, type_line="", beside_sure_card=False)
    for supported in (replace(alone, type_line="Instant"), replace(alone, beside_sure_card=True)):
        assert known(supported) >= known(alone) - 1e-9


@some
@given(cards, st.integers(0, 5), st.floats(0.5, 1), st.booleans())
def test_a_title_found_loose_is_trusted_no_more_than_one_in_its_place(card, edits, score, beside_sure_card):
    held = Evidence(read((card, edits), score=score), beside_sure_card=beside_sure_card)
    assert known(replace(held, loose=True)) <= known(held) + 1e-9


@some
@given(evidences)
def test_nothing_is_identified_that_only_a_title_speaks_for(evidence):
    verdict = ranker.rank(evidence)
    if verdict.status is Status.IDENTIFIED:
        assert is_corroborated(evidence, verdict.ranked[0].card_id)
    lone = replace(evidence, picture=NO_MATCHES, type_line="", beside_sure_card=False)
    assert ranker.rank(lone).status is not Status.IDENTIFIED


def test_where_nothing_is_heard_nothing_is_known():
    verdict = ranker.rank(Evidence())
    assert (verdict.status, verdict.ranked, verdict.confidence) == (Status.UNKNOWN, (), 0)


def test_title_and_picture_of_one_card_identify_it():
    verdict = ranker.rank(Evidence(read((0, 0)), seen((0, 0.9), (1, 0.4))))
    assert (verdict.status, verdict.ranked[0].card_id) == (Status.IDENTIFIED, 0)
    assert verdict.confidence > 0.98


@pytest.mark.parametrize("support", [{"costs": {0: 6.0}}, {"beside_sure_card": True}])
def test_a_legible_title_on_a_clear_plate_needs_no_known_picture(support):
    assert ranker.rank(Evidence(read((0, 0)), plate=0.95, **support)).status is Status.IDENTIFIED


def test_a_mana_cost_that_another_card_has_leaves_a_title_in_doubt():
    assert ranker.rank(Evidence(read((0, 0)), plate=0.95, costs={0: -6.0})).status is not Status.IDENTIFIED


def test_a_title_that_anything_may_bear_is_shown_but_not_vouched_for():
    assert ranker.rank(Evidence(read((0, 0)))).status is Status.UNSURE


def test_a_half_legible_title_that_nothing_supports_is_not_shown():
    assert ranker.rank(Evidence(read((1, 3)))).status is Status.UNKNOWN


def test_a_picture_alone_can_identify_and_a_poor_one_can_not():
    assert ranker.rank(Evidence(picture=seen((2, 0.95)))).status is Status.IDENTIFIED
    assert ranker.rank(Evidence(picture=seen((2, 0.3)))).status is Status.UNKNOWN


def test_a_picture_of_very_few_pixels_names_nothing():
    assert ranker.rank(Evidence(picture=seen((0, 0.9)), height_px=30)).status is Status.UNKNOWN
    assert ranker.rank(Evidence(picture=seen((0, 0.9)), height_px=90)).status is not Status.UNKNOWN


def test_a_half_legible_title_does_not_weaken_a_picture_of_the_same_card():
    alone = Evidence(picture=seen((0, 0.66)))
    assert ranker.rank(replace(alone, title=read((0, 3)))).confidence >= ranker.rank(alone).confidence


def test_when_two_cards_look_equally_alike_neither_is_identified():
    verdict = ranker.rank(Evidence(picture=seen((1, 0.9), (2, 0.9))))
    assert verdict.status is not Status.IDENTIFIED
    assert verdict.ranked[0].confidence == verdict.ranked[1].confidence <= 0.5


def test_witnesses_that_contradict_each_other_lower_the_confidence():
    agreeing = ranker.rank(Evidence(read((3, 0)), seen((3, 0.7)))).confidence
    contradicting = ranker.rank(Evidence(read((3, 0)), seen((2, 0.7)))).confidence
    assert contradicting < agreeing


@some
@given(evidences, cards)
def test_every_feature_lies_between_minus_one_and_one(evidence, card):
    values = feature_values(evidence, card)
    assert set(values) == set(FEATURES)
    assert all(-1 <= value <= 1 for value in values.values())


@some
@given(evidences)
def test_the_order_in_which_witnesses_name_cards_plays_no_part(evidence):
    shuffled = replace(
        evidence,
        title=replace(evidence.title, matches=evidence.title.matches[::-1]),
        picture=PictureMatches(evidence.picture.matches[::-1]),
    )
    assert confidences(shuffled) == pytest.approx(confidences(evidence))


@some
@given(evidences, st.sampled_from(["magic", "detector_score"]), st.floats(0, 1))
def test_what_the_detector_is_surer_of_is_never_trusted_less(evidence, what, more):
    surer = replace(evidence, **{what: min(1.0, getattr(evidence, what) + more)})
    assert known(surer) >= known(evidence) - 1e-9


calibrations = st.builds(
    Calibration,
    weights=st.fixed_dictionaries({name: st.floats(0, 1e6) for name in FEATURES}),
    bias=st.floats(-1e6, 1e6),
    identified_from=st.floats(0.5, 1),
    unsure_from=st.floats(0, 0.5),
    fitted_on=st.just({}),
)
"""Any that opens: what is promised of the judge is promised of all of them."""


@some
@given(calibrations, evidences)
def test_with_any_calibration_confidences_are_probabilities(calibration, evidence):
    values = [ranked.confidence for ranked in Ranker(calibration).rank(evidence).ranked]
    assert all(0 <= value <= 1 for value in values)
    assert sum(values) <= 1 + 1e-9
    assert values == sorted(values, reverse=True)


@some
@given(calibrations, evidences, cards, st.sampled_from(FEATURES), st.floats(0, 1))
def test_with_any_calibration_more_of_one_feature_never_lowers_the_odds(calibration, evidence, card, name, more):
    found = feature_values(evidence, card)
    raised = {**found, name: found[name] + more}
    # Beside a million the last digits of a sum are lost.
    assert calibration.odds(raised) >= calibration.odds(found) - 1e-6


@some
@given(evidences, st.sampled_from(["height_px", "sharpness"]), st.floats(1, 100))
def test_a_larger_or_sharper_card_is_never_trusted_less(evidence, what, times):
    sharp = replace(evidence, sharpness=100.0 if evidence.sharpness is None else evidence.sharpness)
    assert known(replace(sharp, **{what: getattr(sharp, what) * times})) >= known(sharp) - 1e-9


@some
@given(evidences, cards, st.integers(0, 3), st.floats(0.5, 1), st.floats(0.5, 1))
def test_a_title_read_more_surely_speaks_the_more_for_its_card(evidence, card, edits, one, other):
    def confidence(score):
        return confidences(replace(evidence, title=read((card, edits), score=score)))[card]

    assert confidence(max(one, other)) >= confidence(min(one, other)) - 1e-9
