"""The command line: the contract that other tools rely on, to the letter."""

import io
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest
from PIL import Image

from engine import Card, Engine, Identification, SqliteConfirmations, Status, cli

ROOT = Path(__file__).parents[2]


def strict(**properties):
    """Return the schema of an object with exactly these keys."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def listed(item, **limits):
    return {"type": "array", "items": item, **limits}


TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer", "minimum": 1}
TEXT_OR_NULL = {"type": ["string", "null"]}
PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}
PRINTING = strict(
    scryfall_id=TEXT_OR_NULL,
    set=TEXT,
    set_name=TEXT,
    collector_number=TEXT,
    scryfall_uri=TEXT,
    confidence=PROBABILITY,
    lang=TEXT_OR_NULL,
)
CARD = strict(
    corners=listed(listed(NUMBER, minItems=2, maxItems=2), minItems=4, maxItems=4),
    status={"enum": ["identified", "unsure", "unknown"]},
    name=TEXT_OR_NULL,
    confidence=PROBABILITY,
    oracle_id=TEXT_OR_NULL,
    scryfall_uri=TEXT_OR_NULL,
    printing={"anyOf": [PRINTING, {"type": "null"}]},
    candidates=listed(strict(name=TEXT, confidence=PROBABILITY, scryfall_uri=TEXT), maxItems=5),
    evidence={"type": "object", "required": ["similarity", "margin", "title_read", "title_score"]},
)
STAGES = ("decode", "detect", "rectify", "embed", "search", "read", "judge", "total")
PHOTO = strict(
    file=TEXT,
    width=WHOLE,
    height=WHOLE,
    cards=listed(CARD),
    timings_ms=strict(**{stage: {"type": "number", "minimum": 0} for stage in STAGES}),
)
FAILURE = strict(file=TEXT, error=strict(code=TEXT, message=TEXT))
CENTS_OR_NULL = {"type": ["integer", "null"], "minimum": 0}
ENTRY = strict(
    name=TEXT,
    oracle_id=TEXT_OR_NULL,
    type_line=TEXT,
    mana_cost=TEXT,
    scryfall_uri=TEXT,
    image_uri=TEXT_OR_NULL,
    printings={"type": "integer", "minimum": 0},
    score=PROBABILITY,
    faces={"type": "array", "items": strict(name=TEXT, image_uri=TEXT_OR_NULL)},
    prices=strict(usd=CENTS_OR_NULL, usd_foil=CENTS_OR_NULL, eur=CENTS_OR_NULL, eur_foil=CENTS_OR_NULL),
    prices_date=TEXT_OR_NULL,
    printed={"anyOf": [strict(text=TEXT, lang=TEXT), {"type": "null"}]},
)


@pytest.fixture(scope="module")
def photos(tmp_path_factory, demo_table_photo, demo_single_photo):
    """A folder with a table, a single card and a file that is no photo."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "table.jpg").write_bytes(demo_table_photo.jpeg)
    (folder / "single card.jpg").write_bytes(demo_single_photo.jpeg)
    (folder / "letter.jpg").write_bytes(b"Dear engine, this is no photo.\n")
    return folder


@pytest.fixture(scope="module")
def overlay_path(tmp_path_factory):
    return tmp_path_factory.mktemp("overlay") / "overlay.sqlite"


@pytest.fixture(scope="module")
def overlaid_engine(demo_artifacts, overlay_path):
    with closing(Engine.open(demo_artifacts, overlay=overlay_path)) as engine:
        yield engine


@pytest.fixture
def call(request, demo_artifacts, overlay_path, monkeypatch):
    """Return a function that runs the command line on the demo artifacts and gives exit code, stdout and stderr.

    It gets engines that tests share, because opening one takes seconds.
    """
    open_engine, shared = Engine.open, {None: "demo_engine", overlay_path: "overlaid_engine"}

    def open_or_share(artifacts, *, threads, overlay):
        if artifacts == demo_artifacts and threads is None and overlay in shared:
            return request.getfixturevalue(shared[overlay])
        return open_engine(artifacts, threads=threads, overlay=overlay)

    monkeypatch.setattr(Engine, "open", open_or_share)
    monkeypatch.setattr(Engine, "close", lambda _: None)

    # The command line tells the streams what to do with letters they lack; pytest's own streams are left alone.
    def run(command, *arguments, artifacts=demo_artifacts):
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True))
        try:
            code = cli.main([command, *map(str, arguments), "--artifacts", str(artifacts)])
        except SystemExit as stop:
            code = stop.code
        return code, *(stream.buffer.getvalue().decode() for stream in (sys.stdout, sys.stderr))

    return run


def objects(text):
    """Return the JSON objects of a text with one a line."""
    return [json.loads(line) for line in text.splitlines()]


def python_m_engine(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "engine", *map(str, arguments)], cwd=ROOT, capture_output=True, check=False, timeout=300
    )


class TestWorker:
    def test_many_processes_have_one_thread_each(self, call):
        code, out, err = call("worker", "--redis", "redis://localhost", "--processes", "2", "--threads", "2")
        assert (code, out) == (2, "")
        assert "--processes and --threads can't be combined" in err

    def test_a_system_without_fork_is_told_what_to_do_instead(self, call, monkeypatch):
        monkeypatch.setattr(cli, "can_fork", lambda: False)
        code, _, err = call("worker", "--redis", "redis://localhost", "--processes", "2")
        assert code == 2
        assert "Start the command several times" in err

    @pytest.mark.parametrize("count", ["0", "-1", "many"])
    def test_a_number_of_processes_that_cannot_be_is_refused(self, call, count):
        code, _, err = call("worker", "--redis", "redis://localhost", "--processes", count)
        assert code == 2
        assert "--processes" in err

    def test_as_many_as_cores_are_meant_by_auto(self):
        args = cli._parser().parse_args(["worker", "--redis", "redis://localhost", "--processes", "auto"])
        assert args.processes == len(os.sched_getaffinity(0))

    def test_an_address_that_is_none_of_redis_s_is_refused(self, call):
        code, _, err = call("worker", "--redis", "http://localhost")
        assert code == 2
        assert "--redis must be redis://HOST:PORT" in err

    def test_without_the_queue_s_libraries_it_says_what_to_install(self, call, monkeypatch):
        def import_module(name):
            raise ModuleNotFoundError(name)

        monkeypatch.setattr(cli.importlib, "import_module", import_module)
        code, _, err = call("worker", "--redis", "redis://localhost")
        assert code == 2
        assert "pip install '.[fleet]'" in err

    @pytest.mark.parametrize("processes", [1, 3])
    def test_it_serves_photos_with_the_engine_opened_for_it(self, call, monkeypatch, demo_engine, processes):
        worker = pytest.importorskip("engine.fleet.worker")
        served = []

        class OneWorker:
            async def run(self):
                served.append(1)

        def serve_many(make, engine, count):
            assert engine is demo_engine
            served.extend([make()] * count)
            return 2

        monkeypatch.setattr(Engine, "open", lambda *_, **__: demo_engine)
        monkeypatch.setattr(cli, "restart_without_thread_pools", lambda: None)
        monkeypatch.setattr(worker, "make_fleet_worker", lambda engine, url, _: OneWorker())
        monkeypatch.setattr(worker, "serve_many", serve_many)
        code, out, _ = call("worker", "--redis", "redis://localhost", "--processes", processes)
        assert (code, out, len(served)) == (0 if processes == 1 else 2, "", processes)


class TestIdentifyJson:
    def test_a_process_prints_one_object_a_photo_in_order_and_nothing_else(
        self, photos, demo_artifacts, demo_table_photo, demo_single_photo
    ):
        files = [str(photos / name) for name in ("single card.jpg", "letter.jpg", "table.jpg")]
        done = python_m_engine("identify", *files, "--json", "--artifacts", demo_artifacts)
        assert done.returncode == 1, "one photo failed"
        assert done.stderr == b""
        single, letter, table = objects(done.stdout.decode("ascii"))
        assert [answer["file"] for answer in (single, letter, table)] == files
        jsonschema.validate(single, PHOTO)
        jsonschema.validate(letter, FAILURE)
        jsonschema.validate(table, PHOTO)
        assert letter["error"]["code"] == "not_an_image"
        assert [card["name"] for card in single["cards"]] == list(demo_single_photo.names)
        assert [card["name"] for card in table["cards"]] == list(demo_table_photo.names)
        assert (table["width"], table["height"]) == (1600, 1200)

    def test_keys_come_in_the_contract_s_order(self, call, photos):
        _, out, _ = call("identify", photos / "single card.jpg", "--json")
        (answer,) = objects(out)
        assert list(answer) == list(PHOTO["properties"])
        assert list(answer["cards"][0]) == list(CARD["properties"])
        assert list(answer["timings_ms"]) == list(STAGES)

    def test_the_path_is_repeated_as_given(self, call, photos, monkeypatch):
        monkeypatch.chdir(photos)
        code, out, _ = call("identify", "single card.jpg", "nothing there.jpg", "--json")
        assert code == 1
        assert [answer["file"] for answer in objects(out)] == ["single card.jpg", "nothing there.jpg"]
        assert objects(out)[1]["error"]["code"] == "file_unreadable"

    def test_all_processed_is_exit_code_zero(self, call, photos):
        assert call("identify", photos / "single card.jpg", "--json")[0] == 0

    def test_options_reach_the_engine(self, call, photos):
        options = ("--json", "--top-k", 1, "--max-cards", 2, "--witness", "title")
        _, out, _ = call("identify", photos / "table.jpg", *options)
        (answer,) = objects(out)
        assert len(answer["cards"]) == 2
        assert all(len(card["candidates"]) == 1 for card in answer["cards"])
        assert all(card["evidence"]["similarity"] is None for card in answer["cards"])

    def test_many_photos_show_their_progress_beside_the_answers(self, call, photos):
        code, out, err = call("identify", *[photos / "letter.jpg"] * 4, "--json")
        assert code == 1
        assert len(objects(out)) == 4
        assert "4/4" in err


class TestIdentifyForPeople:
    def test_a_table_names_the_cards(self, call, photos, demo_table_photo):
        code, out, err = call("identify", photos / "table.jpg")
        assert code == 0
        assert err == ""
        assert all(name in out for name in demo_table_photo.names)
        assert "https://scryfall.com/" in out

    def test_a_failure_is_told_apart_from_the_answers(self, call, photos):
        code, out, err = call("identify", photos / "letter.jpg")
        assert code == 1
        assert out == ""
        assert "letter.jpg: not_an_image: " in err

    def test_no_card_is_said(self, call, tmp_path):
        Image.new("RGB", (600, 300), "grey").save(tmp_path / "grey.png")
        assert "no card found" in call("identify", tmp_path / "grey.png")[1]


class TestAnnotate:
    def test_each_photo_processed_is_written_with_outlines(self, call, photos, tmp_path):
        out_dir = tmp_path / "not yet" / "there"
        files = [photos / "single card.jpg", photos / "letter.jpg", photos / "single card.jpg"]
        code, _, _ = call("identify", *files, "--annotate", out_dir)
        assert code == 1
        assert sorted(path.name for path in out_dir.iterdir()) == ["001-single card.jpg", "003-single card.jpg"]
        with Image.open(out_dir / "001-single card.jpg") as picture:
            assert picture.size == (1200, 1600)

    def test_a_file_where_the_folder_should_be_is_said_in_one_line(self, call, photos, tmp_path):
        (tmp_path / "taken").write_text("")
        code, out, err = call("identify", photos / "single card.jpg", "--annotate", tmp_path / "taken")
        assert (code, out) == (2, "")
        assert "taken can't be made a folder" in err


def test_copies_are_counted_below_the_cards_of_a_photo(capsys):
    names = ["Plains", "Fog", "Plains", None, "Plains"]
    cards = tuple(
        Card(((0, 0), (63, 0), (63, 88), (0, 88)), Status.IDENTIFIED if name else Status.UNKNOWN, name, 0.9)
        for name in names
    )
    cli._print_result(Path("deck.jpg"), Identification(640, 480, cards, {"total": 1.0}))
    assert capsys.readouterr().out.splitlines()[-1].strip() == "copies: 3x Plains"


class TestUnusable:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["identify"],
            [],
            ["guess", "photo.jpg"],
            ["identify", "photo.jpg", "--top-k", "0"],
            ["identify", "photo.jpg", "--max-cards", "-1"],
            ["identify", "photo.jpg", "--max-cards", "121"],
            ["identify", "photo.jpg", "--top-k", "many"],
            ["identify", "photo.jpg", "--witness", "smell"],
            ["lookup"],
            ["confirmations"],
            ["confirmations", "--overlay", "file", "--revoke", "first"],
            ["confirmations", "--overlay", "file", "--revoke-origin", ""],
            ["confirmations", "--overlay", "file", "--revoke", "1", "--revoke-origin", "user 2"],
        ],
        ids=" ".join,
    )
    def test_wrong_usage_is_exit_code_two(self, arguments, capsys):
        with pytest.raises(SystemExit) as stop:
            cli.main(arguments)
        assert stop.value.code == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "usage: python -m engine" in captured.err

    def test_missing_artifacts_are_exit_code_two(self, call, photos, tmp_path):
        code, out, err = call("identify", photos / "table.jpg", "--json", artifacts=tmp_path / "nowhere")
        assert code == 2
        assert out == ""
        assert err.startswith("error: artifact_missing: ")
        assert str(tmp_path / "nowhere") in err


class TestLookup:
    def test_json_is_a_list_of_entries_best_first(self, call):
        code, out, _ = call("lookup", "lightnig bolt", "--json", "--top-k", 3)
        (entries,) = objects(out)
        assert code == 0
        assert 1 <= len(entries) <= 3
        for entry in entries:
            jsonschema.validate(entry, ENTRY)
        assert entries[0]["name"] == "Lightning Bolt"

    def test_people_get_a_line_an_entry(self, call):
        code, out, _ = call("lookup", "Bellrook Sentry", "--top-k", 1)
        assert code == 0
        assert len(out.splitlines()) == 1
        assert "Bellrook Sentry" in out
        assert "100%" in out

    def test_a_name_in_another_language_is_told_beside_the_english_one(self, call):
        assert "Lightning Bolt (Blitzschlag)" in call("lookup", "Blitzschlag", "--top-k", 1)[1]

    def test_nothing_like_it_is_said_and_no_failure(self, call):
        assert call("lookup", "qqqqqqqqqqqqxxxxx")[:2] == (0, "no name like that\n")
        assert objects(call("lookup", "qqqqqqqqqqqqxxxxx", "--json")[1]) == [[]]


CONFIRMATION = strict(
    id=WHOLE,
    name=TEXT,
    set=TEXT,
    collector_number=TEXT,
    origin=TEXT,
    created_at=TEXT,
    searched={"type": "boolean"},
)


class TestConfirmations:
    @pytest.fixture
    def overlay(self, overlaid_engine, overlay_path, demo_single_photo):
        """A file with one confirmation."""
        (name,), (quad,) = demo_single_photo.names, demo_single_photo.quads
        overlaid_engine.confirm(demo_single_photo.jpeg, quad, name, origin="guild 1 / user 2")
        yield overlay_path
        overlaid_engine.revoke_origin("user 2")

    def test_json_is_one_object_a_confirmation(self, call, overlay, demo_single_photo):
        code, out, err = call("confirmations", "--overlay", overlay, "--json")
        (kept,) = objects(out)
        assert (code, err) == (0, "")
        jsonschema.validate(kept, CONFIRMATION)
        assert list(kept) == list(CONFIRMATION["properties"])
        assert (kept["name"], kept["origin"], kept["searched"]) == (*demo_single_photo.names, "guild 1 / user 2", True)

    def test_people_get_a_line_a_confirmation_and_the_count(self, call, overlay, demo_single_photo):
        _, out, _ = call("confirmations", "--overlay", overlay)
        line, count = out.splitlines()
        assert demo_single_photo.names[0] in line
        assert line.endswith("guild 1 / user 2")
        assert count == "confirmations: 1, not searched: 0"

    @pytest.mark.parametrize("option", ["--revoke", "--revoke-origin"])
    def test_what_is_revoked_is_gone(self, call, overlay, overlaid_engine, option):
        (kept,) = overlaid_engine.confirmations()
        what = option, kept.id if option == "--revoke" else "user 2"
        assert call("confirmations", "--overlay", overlay, *what)[:2] == (0, "revoked: 1\n")
        assert objects(call("confirmations", "--overlay", overlay, *what, "--json")[1]) == [{"revoked": 0}]
        assert call("confirmations", "--overlay", overlay, "--json")[:2] == (0, "")
        with closing(SqliteConfirmations.open(overlay)) as file:
            assert file.entries() == {}

    def test_a_photo_is_looked_at_with_what_was_learnt(self, call, overlay, photos):
        options = ("--json", "--witness", "picture")
        _, plain, _ = call("identify", photos / "single card.jpg", *options)
        _, learnt, _ = call("identify", photos / "single card.jpg", *options, "--overlay", overlay)
        similarity = [objects(out)[0]["cards"][0]["evidence"]["similarity"] for out in (plain, learnt)]
        assert similarity[0] < similarity[1]

    @pytest.mark.parametrize("command", [("confirmations",), ("identify", "photo.jpg")])
    def test_a_file_that_is_not_there_is_not_made(self, call, tmp_path, command):
        code, out, err = call(*command, "--overlay", tmp_path / "typo.sqlite")
        assert (code, out) == (2, "")
        assert err.startswith("error: overlay_missing: ")
        assert not (tmp_path / "typo.sqlite").exists()

    def test_a_file_of_another_kind_is_exit_code_two(self, call, photos):
        code, _, err = call("confirmations", "--overlay", photos / "letter.jpg")
        assert code == 2
        assert err.startswith("error: overlay_damaged: ")


class TestInfo:
    def test_json_tells_versions_sizes_dates_and_hashes(self, call, demo_artifacts):
        code, out, _ = call("info", "--json")
        (info,) = objects(out)
        assert code == 0
        assert info["artifacts"]["folder"] == str(demo_artifacts)
        assert info["artifacts"]["index"]["rows"] == 28
        assert info["catalogue"]["source_date"]
        assert {"python", "cardglass", "onnxruntime"} <= set(info["versions"])

    def test_people_get_the_same_as_a_tree(self, call):
        code, out, _ = call("info")
        assert code == 0
        assert "  python: 3." in out
        assert "embedder_sha256: " in out


def test_letters_that_the_terminal_lacks_do_not_stop_it():
    """A pipe in a C locale takes ASCII only; names are Æ and 忍者."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-m", "engine", "lookup", "Aether Vial", "--top-k", "20"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PATH": ""},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert b"ther Vial" in done.stdout
