"""A file from a web server, through all that goes wrong on the way."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.web_server import Served, serving
from training.release import download
from training.release.download import ATTEMPTS, Download, DownloadError, check_address

BODY = np.random.default_rng(14).bytes(300_000)


@pytest.fixture(name="served")
def running_server():
    with serving(Served(BODY)) as served:
        yield served


class Fetched:
    """A download into a folder, and the pauses it made."""

    def __init__(self, served, folder):
        self.part, self.pauses = folder / "part", []
        self.download = Download(served.address, self.part, self.pauses.append)

    def run(self):
        self.download.run()
        return self.part.read_bytes()


@pytest.fixture(name="fetched")
def download_of_it(served, tmp_path):
    return Fetched(served, tmp_path)


def test_a_file_comes_whole(served, fetched):
    assert fetched.run() == BODY
    assert served.asked == [None]


@pytest.mark.parametrize("fault", [429, 500, 502, 503, 504, "reset"])
def test_what_may_pass_is_tried_again(served, fetched, fault):
    served.faults = [fault]
    assert fetched.run() == BODY
    assert fetched.pauses == [1.0]


def test_what_came_is_not_fetched_again(served, fetched):
    served.faults = ["reset", "reset"]
    assert fetched.run() == BODY
    assert served.asked == [None, "bytes=150000-", "bytes=225000-"]


def test_what_an_earlier_run_left_is_gone_on_with(served, fetched):
    fetched.part.write_bytes(BODY[:1000])
    assert fetched.run() == BODY
    assert served.asked == ["bytes=1000-"]


def test_what_is_complete_already_stays(served, fetched):
    fetched.part.write_bytes(BODY)
    assert fetched.run() == BODY


@pytest.mark.parametrize("left", [b"x" * 400_000, BODY[:1000]])
@pytest.mark.parametrize("fault", ["ignore range", "wrong part", None])
def test_a_server_without_ranges_and_a_remainder_of_another_file_begin_anew(served, fetched, left, fault):
    fetched.part.write_bytes(left)
    served.faults = [fault] if fault else []
    assert fetched.run() == BODY


def test_pauses_grow_and_tries_end(served, fetched):
    served.faults = [503] * 100
    with pytest.raises(DownloadError, match="continues from there"):
        fetched.run()
    assert fetched.pauses == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert len(served.asked) == ATTEMPTS


def test_as_long_as_something_comes_it_goes_on(served, fetched):
    served.faults = ["reset"] * (ATTEMPTS + 3)
    assert fetched.run() == BODY
    assert set(fetched.pauses) == {1.0}


def test_a_pause_that_the_server_asks_for_is_made(served, fetched):
    served.faults, served.headers = [429], {"Retry-After": "30"}
    fetched.run()
    assert fetched.pauses == [30.0]


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_what_will_not_pass_is_told_at_once(served, fetched, status):
    served.faults = [status] * 2
    with pytest.raises(DownloadError, match=f"answers {status}"):
        fetched.run()
    assert len(served.asked) == 1


def test_a_redirection_is_followed_to_addresses_that_are_fetched_from(served, fetched):
    served.faults = [served.address]
    assert fetched.run() == BODY


@pytest.mark.parametrize("leads_to", ["http://192.0.2.1/x.zip", "ftp://127.0.0.1/x.zip", "file:///etc/passwd"])
def test_a_redirection_elsewhere_is_not_followed(served, fetched, leads_to):
    served.faults = [leads_to]
    with pytest.raises(DownloadError, match="begins with https://"):
        fetched.run()


def test_redirections_without_end_are_given_up(served, fetched):
    served.faults = [served.address] * 20
    with pytest.raises(DownloadError, match="without end"):
        fetched.run()


def test_too_large_a_file_is_not_fetched(served, fetched, monkeypatch):
    monkeypatch.setattr(download, "MAX_BYTES", 1000)
    with pytest.raises(DownloadError, match="more than 1,000 bytes"):
        fetched.run()
    assert not fetched.part.exists()


def test_a_server_that_is_not_there_is_told(served, fetched):
    fetched.download.url = "http://127.0.0.1:9/x.zip"
    with pytest.raises(DownloadError, match="can't be downloaded"):
        fetched.run()


@pytest.mark.parametrize(
    "url", ["https://example.org/x", "http://localhost:80/x", "http://127.9.9.9/x", "http://[::1]/x"]
)
def test_addresses_that_are_fetched_from(url):
    check_address(url)


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "ftp://example.org/x", "https:///x", "//x", "http://127.0.0.1.org/x"]
)
def test_addresses_that_are_not(url):
    with pytest.raises(DownloadError, match="https://"):
        check_address(url)
