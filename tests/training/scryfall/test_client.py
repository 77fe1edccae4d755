from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Response

from tests.training.scryfall.conftest import HURRIED
from training.scryfall import client as scryfall_client
from training.scryfall.client import Answer, Web, _seconds, tag_in
from training.scryfall.errors import ForeignHost, NotThere, Unreachable
from training.scryfall.state import LONGEST_PAUSE, State


@asynccontextmanager
async def asking(folder, **answer):
    """A client of a server that gives the same answer to everything."""

    async def say(request):
        asked.append(request.headers.get("If-None-Match", ""))
        return Response(**answer)

    asked = []
    app = Application()
    app.router.add_get("/{path:.*}", say)
    async with TestServer(app) as server:
        with State(folder) as state:
            async with Web(str(server.make_url("/")), HURRIED, state) as client:
                yield client, asked


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("", 0),
        ("45", 45),
        ("soon", 0),
        ("-5", 0),
        ("999999999", LONGEST_PAUSE),
        ("9" * 400, LONGEST_PAUSE),
        ("Mon, 01 Jan 2024 00:00:00 GMT", 0),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 0),
    ],
)
def test_a_pause_is_read_in_seconds_and_none_is_endless(retry_after, seconds):
    assert _seconds(retry_after) == seconds


def test_a_pause_may_be_told_as_a_time():
    then = datetime.now(UTC) + timedelta(minutes=10)
    assert 500 < _seconds(format_datetime(then, usegmt=True)) <= 600


@pytest.mark.parametrize(
    ("header", "tag"), [('W/"1"', 'W/"1"'), ("", ""), (None, ""), ('"\udcff"', ""), ('"1\n2"', ""), (["1"], "")]
)
def test_a_tag_is_kept_only_where_it_can_be_sent_back(header, tag):
    assert tag_in(header) == tag


async def test_an_answer_comes_with_its_tag(tmp_path):
    async with asking(tmp_path, body=b'{"a": 1}', headers={"ETag": 'W/"1"'}) as (client, asked):
        assert await client.call("sets", 'W/"0"') == Answer({"a": 1}, 'W/"1"')
        assert asked == ['W/"0"']


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"7", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b'{"a": ' + b"9" * 5000 + b"}"],
    ids=[
        "nothing",
        "a page",
        "a list",
        "a number",
        "no text",
        "lists in lists",
        "objects in objects",
        "a large number",
    ],
)
async def test_what_is_no_json_object_is_asked_for_again_and_then_given_up(tmp_path, body):
    async with asking(tmp_path, body=body) as (client, asked):
        with pytest.raises(Unreachable, match="no JSON"):
            await client.call("sets")
        assert len(asked) == HURRIED.attempts


async def test_an_answer_that_nothing_changed_is_none_to_whoever_knows_nothing(tmp_path):
    async with asking(tmp_path, status=304) as (client, _):
        assert await client.call("sets", '"1"') is None
        with pytest.raises(Unreachable):
            await client.call("sets")


async def test_an_answer_without_end_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(scryfall_client, "MOST_ANSWER_BYTES", 1000)
    monkeypatch.setattr(scryfall_client, "MOST_PICTURE_BYTES", 1000)
    async with asking(tmp_path, body=b" " * 1001, content_type="image/webp") as (client, _):
        with pytest.raises(NotThere, match="too many"):
            await client.call("sets")
        with pytest.raises(NotThere, match="too many"):
            await client.picture(f"{client.api}/a.webp")


async def test_a_redirect_to_what_is_no_address_is_refused(tmp_path):
    async with asking(tmp_path, status=302, headers={"Location": "http://[a"}) as (client, _):
        with pytest.raises(ForeignHost, match="no address"):
            await client.call("sets")
