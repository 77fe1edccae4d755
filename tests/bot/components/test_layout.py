"""Rendered blocks: what is shown where, within Discord's limits."""

from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.components.controls import Action, Control, button
from bot.components.layout import Block, Box, Image, fit_lines, notice, render
from bot.core.limits import MAX_LETTERS
from bot.core.markdown import link
from tests.support.bot.layouts import items, layout_faults, text_of

IMAGE = Image("https://x.example/1.jpg", "a card")
lines = st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=30)
blocks = st.lists(st.builds(Block, lines), min_size=1, max_size=3)
boxes = st.lists(st.builds(Box, blocks) | st.builds(Block, lines), min_size=1, max_size=5)


@given(lines, st.integers(50, 4000))
def test_lines_are_dropped_from_the_end(lines, letters):
    text = fit_lines(lines, letters)
    assert 0 < len(text) <= letters
    assert len(lines[0]) > letters or "\n".join(lines).startswith(text)


@given(st.text(min_size=1, max_size=150))
def test_a_heading_too_long_loses_its_link_as_a_whole(name):
    text = fit_lines([f"### {link(name, 'https://scryfall.com/' + 'x' * 400)}"], 200)
    assert len(text) <= 200
    assert "](" not in text


@given(lines, st.integers(50, 4000))
def test_dropped_lines_are_counted_on_request(lines, letters):
    text = fit_lines(lines, letters, lambda count: f"{count} more")
    assert len(text) <= letters
    if text != "\n".join(lines):
        kept, last = text.split("\n")[:-1], text.split("\n")[-1]
        assert last.endswith(" more")
        assert "\n".join(lines).startswith("\n".join(kept))


@given(boxes | st.builds(lambda blocks: [Box(blocks, divided=True)], blocks))
def test_all_texts_together_keep_within_the_limit(boxes):
    assert sum(len(text.content) for text in items(render(boxes), ui.TextDisplay)) <= MAX_LETTERS


def test_a_single_image_is_small_unless_it_is_to_be_large_and_two_form_a_gallery():
    for block, kind in (
        (Block(["a"], images=[IMAGE]), ui.Section),
        (Block(["a"], images=[IMAGE], large=True), ui.MediaGallery),
        (Block(["a"], images=[IMAGE, IMAGE]), ui.MediaGallery),
    ):
        view = render([block])
        assert {type(item) for item in items(view, (ui.Section, ui.MediaGallery))} == {kind}
        assert layout_faults(view) == []


def test_a_block_without_images_is_its_text():
    assert [type(item) for item in notice("hello").walk_children()] == [ui.TextDisplay]


def test_a_box_frames_its_blocks_and_lines_divide_them_on_request():
    two = [Block(["a"]), Block(["b"])]
    (box,) = items(render([Box(two, 0x40C860, spoiler=True, divided=True)]), ui.Container)
    assert [type(item) for item in box.children] == [ui.TextDisplay, ui.Separator, ui.TextDisplay]
    assert box.spoiler
    assert not items(render([Box(two)]), ui.Separator)


def test_rows_are_inside_a_block_or_below_the_message():
    within, below = ([button(Control(Action.WRONG, key), "Press")] for key in "ab")
    view = render([Box([Block(["text"], rows=[within])])], [below])
    assert [type(item) for item in view.children] == [ui.Container, ui.ActionRow]
    assert text_of(view) == "text"
    assert layout_faults(view) == []
