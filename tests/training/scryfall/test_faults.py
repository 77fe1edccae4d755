"""Faults do no harm: in the end, the folder is as after an undisturbed run."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest

from stress.sync.kill import contents
from tests.support.scryfall.faults import Endpoint, Fault, FaultKind
from tests.support.scryfall.made_up import MadeUpSource
from tests.support.scryfall.server import ScryfallServer
from tests.training.scryfall.conftest import HURRIED, LOCKOUT_S, SPACING_S, sync_once
from training.scryfall.errors import BulkDamaged, ForeignHost, Refused, Unreachable
from training.scryfall.images import MAX_FAILURES_IN_A_ROW
from training.scryfall.options import Unique

API = (Endpoint.BULK_INDEX, Endpoint.MIGRATIONS, Endpoint.SETS)
FILES = (Endpoint.BULK_FILE, Endpoint.PICTURE)
SURVIVED = [
    *((endpoint, Fault(FaultKind.STATUS, 503), 3) for endpoint in (*API, *FILES)),
    *(
        (endpoint, Fault(FaultKind.RESET, after=after), 3)
        for endpoint, after in ((FILES[0], 0), (FILES[0], 900), (FILES[1], 900))
    ),
    *((endpoint, Fault(FaultKind.STALL, after=900), 1) for endpoint in FILES),
    *((endpoint, Fault(FaultKind.DRIP), 3) for endpoint in FILES),
    *((endpoint, Fault(FaultKind.LOCKOUT), 1) for endpoint in (*API, *FILES)),
    *((endpoint, Fault(FaultKind.HTML), 3) for endpoint in API),
    (Endpoint.BULK_FILE, Fault(FaultKind.CUT, after=700), 1),
    (Endpoint.BULK_FILE, Fault(FaultKind.GARBLE), 1),
    (Endpoint.BULK_FILE, Fault(FaultKind.STATUS, 404), 1),
    (Endpoint.BULK_FILE, Fault(FaultKind.STATUS, 416), 3),
]


@pytest.fixture(name="steady", scope="module")
def _steady(tmp_path_factory):
    """A server whose cards never change, and what an undisturbed sync from it leaves."""
    folder = tmp_path_factory.mktemp("steady")
    (folder / "server").mkdir()
    with ScryfallServer(MadeUpSource(), folder / "server", spacing_s=SPACING_S, lockout_s=LOCKOUT_S) as server:
        sync_once(server, data=folder / "calm")
        yield server, contents(folder / "calm")
    assert server.offences == []


@pytest.mark.parametrize(
    ("endpoint", "fault", "times"),
    SURVIVED,
    ids=lambda value: getattr(value, "kind", value) if isinstance(value, Fault) else str(value),
)
def test_a_transient_fault_leaves_no_trace(steady, data, endpoint, fault, times):
    server, undisturbed = steady
    server.inject(endpoint, fault, times)
    sync_once(server, data=data)
    assert contents(data) == undisturbed


def test_all_faults_together_leave_no_trace(steady, data):
    server, undisturbed = steady
    for endpoint, fault, _ in SURVIVED:
        if fault.kind in {FaultKind.RESET, FaultKind.DRIP} or (fault.kind, fault.status) == (FaultKind.STATUS, 503):
            server.inject(endpoint, fault)
    sync_once(server, replace(HURRIED, attempts=8), data=data)
    assert contents(data) == undisturbed


def test_a_bulk_file_that_breaks_off_repeatedly_is_still_fetched(steady, data):
    """More often than the attempts allowed, but each brings something."""
    server, undisturbed = steady
    server.inject(Endpoint.BULK_FILE, Fault(FaultKind.RESET, after=500), HURRIED.attempts * 2)
    sync_once(server, data=data)
    assert contents(data) == undisturbed


def test_a_part_of_another_file_with_the_same_name_is_not_continued(steady, data):
    server, undisturbed = steady
    part = data / "bulk" / "default_cards-default-cards-20261123210900.jsonl.gz.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"something else")
    part.with_name(part.name + ".etag").write_text('"another tag"')
    sync_once(server, data=data)
    assert contents(data) == undisturbed


@pytest.mark.parametrize(
    ("endpoint", "status"), [*((endpoint, 503) for endpoint in (*API, Endpoint.BULK_FILE)), (Endpoint.BULK_FILE, 416)]
)
def test_a_server_that_stays_broken_is_given_up_and_the_next_run_continues(steady, data, endpoint, status):
    server, undisturbed = steady
    server.inject(endpoint, Fault(FaultKind.STATUS, status), HURRIED.attempts)
    with pytest.raises(Unreachable, match=r"Run again later"):
        sync_once(server, data=data)
    sync_once(server, data=data)
    assert contents(data) == undisturbed


def test_a_bulk_file_that_breaks_off_is_continued_where_it_broke(run, server):
    server.inject(Endpoint.BULK_FILE, Fault(FaultKind.RESET, after=900), 2)
    run()
    ranges = [wanted for endpoint, _, wanted in server.requests if endpoint is Endpoint.BULK_FILE]
    assert ranges == ["", "bytes=900-", "bytes=1800-"]


def test_a_file_of_unknown_size_is_checked_by_its_content(run, server, data):
    server.sends_size = False
    server.inject(Endpoint.BULK_FILE, Fault(FaultKind.CUT, after=700))
    assert run().pictures > 0
    assert server.counts[Endpoint.BULK_FILE] == 2


def test_a_file_that_stays_damaged_is_an_error_and_changes_nothing(run, server, source, data):
    run()
    before = {name: (data / name).read_bytes() for name in ("cards.sqlite", "catalogue.sqlite", "faces.csv")}
    source.next_day()
    server.inject(Endpoint.BULK_FILE, Fault(FaultKind.GARBLE), 2)
    with pytest.raises(BulkDamaged, match="damaged"):
        run()
    assert {name: (data / name).read_bytes() for name in before} == before
    assert run().new_data


def test_after_429_there_are_no_requests_during_the_pause_not_even_by_the_next_run(run, server, data):
    """The server counts requests during its lock-out as offences, and the fixture allows none."""
    server.inject(Endpoint.BULK_INDEX, Fault(FaultKind.LOCKOUT))
    with pytest.raises(Unreachable):
        run(politeness=replace(HURRIED, attempts=1))
    run()
    server.inject(Endpoint.PICTURE, Fault(FaultKind.LOCKOUT, retry_after="1"))
    run(unique=Unique.PRINTINGS)
    assert server.counts[Endpoint.BULK_INDEX] == 3


def test_pictures_with_server_errors_are_left_for_another_day(run, server):
    server.inject(Endpoint.PICTURE, Fault(FaultKind.STATUS, 500), 2 * HURRIED.attempts)
    summary = run(politeness=replace(HURRIED, downloads=1))
    assert summary.failed == 2
    assert summary.pictures == summary.fetched > 0


def test_failures_of_all_pictures_stop_the_sync_and_change_nothing(run, server, data):
    server.inject(Endpoint.PICTURE, Fault(FaultKind.STATUS, 500), 1000)
    with pytest.raises(Unreachable):
        run()
    assert server.counts[Endpoint.PICTURE] <= (MAX_FAILURES_IN_A_ROW + HURRIED.downloads) * HURRIED.attempts
    assert not (data / "faces.csv").exists()


def test_a_refused_client_says_why(run, server):
    server.inject(Endpoint.BULK_INDEX, Fault(FaultKind.STATUS, 403))
    with pytest.raises(Refused, match=r"403.*broken.*newer version"):
        run()
    assert server.counts[Endpoint.BULK_INDEX] == 1


@pytest.mark.parametrize("target", ["https://example.org/cards.gz", "http://127.0.0.1:9/cards.gz"])
def test_a_redirect_to_another_host_is_refused(run, server, target):
    server.inject(Endpoint.BULK_FILE, Fault(FaultKind.REDIRECT, target=target))
    with pytest.raises(ForeignHost, match="not requested"):
        run()


def test_a_redirect_within_the_host_is_followed(run, server, source, data):
    server.inject(Endpoint.BULK_INDEX, Fault(FaultKind.REDIRECT, target="/bulk-data/default-cards"))
    assert run().pictures > 0
    assert server.counts[Endpoint.BULK_INDEX] == 2


def test_endless_redirects_are_not_followed(run, server):
    server.inject(Endpoint.BULK_INDEX, Fault(FaultKind.REDIRECT, target="/bulk-data/default_cards"), 20)
    with pytest.raises(Refused, match="redirected"):
        run()


def test_a_picture_on_another_host_is_left_out(run, server):
    server.inject(Endpoint.PICTURE, Fault(FaultKind.REDIRECT, target="https://example.org/a.webp"))
    assert run().missing == 1


def test_a_web_page_instead_of_a_picture_is_left_out(run, server):
    server.inject(Endpoint.PICTURE, Fault(FaultKind.HTML))
    assert run().missing == 1


def test_the_server_refuses_clients_without_a_user_agent_of_their_own(server):
    async def ask():
        async with aiohttp.ClientSession() as session, session.get(f"{server.url}/sets") as response:
            return response.status, await response.json()

    status, body = asyncio.run(ask())
    assert (status, body["subcode"]) == (400, "generic_user_agent")
    assert server.offences.pop().startswith("sets: no name")


def test_the_server_notices_too_many_calls(server):
    async def ask():
        headers = {"User-Agent": "test/1", "Accept": "*/*"}
        async with aiohttp.ClientSession(headers=headers) as session:
            for _ in range(3):
                async with session.get(f"{server.url}/sets") as response:
                    statuses.append(response.status)

    statuses = []
    server.spacing_s = server.lockout_s = 5 * LOCKOUT_S
    asyncio.run(ask())
    assert statuses == [200, 429, 429]
    assert [offence.split(" ", 2)[1] for offence in server.offences] == ["called", "asked"]
    server.offences.clear()
