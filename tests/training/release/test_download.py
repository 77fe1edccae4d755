"""Downloads from a web server with faults."""

import numpy as np
import pytest

from tests.support.web_server import ServedFile, serving
from training.data.errors import CommandError
from training.release import download
from training.release.download import ATTEMPTS, check_address

BODY = np.random.default_rng(14).bytes(300_000)


@pytest.fixture(name="served")
def running_server():
    with serving(ServedFile(BODY)) as served:
        yield served


class RecordedDownload:
    """A download into a folder, and the pauses it made."""

    def __init__(self, served, folder):
        self.url, self.part, self.pauses = served.address, folder / "part", []

    def run(self):
        download.download(self.url, self.part, self.pauses.append)
        return self.part.read_bytes()


@pytest.fixture(name="download_run")
def recorded_download(served, tmp_path):
    return RecordedDownload(served, tmp_path)


def test_a_file_is_downloaded_completely(served, download_run):
    assert download_run.run() == BODY
    assert served.requested_ranges == [None]


@pytest.mark.parametrize("fault", [429, 500, 502, 503, 504, "reset"])
def test_transient_failures_are_retried(served, download_run, fault):
    served.faults = [fault]
    assert download_run.run() == BODY
    assert download_run.pauses == [1.0]


def test_received_bytes_are_not_requested_again(served, download_run):
    served.faults = ["reset", "reset"]
    assert download_run.run() == BODY
    assert served.requested_ranges == [None, "bytes=150000-", "bytes=225000-"]


def test_a_partial_file_of_an_earlier_run_is_continued(served, download_run):
    download_run.part.write_bytes(BODY[:1000])
    assert download_run.run() == BODY
    assert served.requested_ranges == ["bytes=1000-"]


def test_a_complete_file_is_kept(served, download_run):
    download_run.part.write_bytes(BODY)
    assert download_run.run() == BODY


@pytest.mark.parametrize("left", [b"x" * 400_000, BODY[:1000]])
@pytest.mark.parametrize("fault", ["ignore range", "wrong part", None])
def test_without_ranges_or_with_a_part_of_another_file_the_download_restarts(served, download_run, left, fault):
    download_run.part.write_bytes(left)
    served.faults = [fault] if fault else []
    assert download_run.run() == BODY


def test_pauses_grow_and_attempts_are_limited(served, download_run):
    served.faults = [503] * 100
    with pytest.raises(CommandError, match="continues from there"):
        download_run.run()
    assert download_run.pauses == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert len(served.requested_ranges) == ATTEMPTS


def test_attempts_that_bring_bytes_are_not_limited(served, download_run):
    served.faults = ["reset"] * (ATTEMPTS + 3)
    assert download_run.run() == BODY
    assert set(download_run.pauses) == {1.0}


def test_retry_after_is_respected(served, download_run):
    served.faults, served.headers = [429], {"Retry-After": "30"}
    download_run.run()
    assert download_run.pauses == [30.0]


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_permanent_failures_are_reported_at_once(served, download_run, status):
    served.faults = [status] * 2
    with pytest.raises(CommandError, match=f"answers {status}"):
        download_run.run()
    assert len(served.requested_ranges) == 1


def test_a_redirect_to_an_allowed_address_is_followed(served, download_run):
    served.faults = [served.address]
    assert download_run.run() == BODY


@pytest.mark.parametrize("target", ["http://192.0.2.1/x.zip", "ftp://127.0.0.1/x.zip", "file:///etc/passwd"])
def test_a_redirect_to_another_address_is_not_followed(served, download_run, target):
    served.faults = [target]
    with pytest.raises(CommandError, match="begins with https://"):
        download_run.run()


def test_endless_redirects_are_given_up(served, download_run):
    served.faults = [served.address] * 20
    with pytest.raises(CommandError, match="without end"):
        download_run.run()


def test_a_file_that_is_too_large_is_not_downloaded(served, download_run, monkeypatch):
    monkeypatch.setattr(download, "MAX_BYTES", 1000)
    with pytest.raises(CommandError, match="more than 1,000 bytes"):
        download_run.run()
    assert not download_run.part.exists()


def test_an_unreachable_server_is_reported(served, download_run):
    download_run.url = "http://127.0.0.1:9/x.zip"
    with pytest.raises(CommandError, match="can't be downloaded"):
        download_run.run()


@pytest.mark.parametrize(
    "url", ["https://example.org/x", "http://localhost:80/x", "http://127.9.9.9/x", "http://[::1]/x"]
)
def test_allowed_addresses(url):
    check_address(url)


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "ftp://example.org/x", "https:///x", "//x", "http://127.0.0.1.org/x"]
)
def test_refused_addresses(url):
    with pytest.raises(CommandError, match="https://"):
        check_address(url)
