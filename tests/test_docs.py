"""What the README, the pages of docs and the Makefile promise exists."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from engine import cli
from training.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md")))]
COMMAND = re.compile(r"python -m (bot|engine|training) ([^\n`#]+)")
NEEDS_TORCH = {"export", "export-detector", "train", "whiten"}


def text(name):
    """Return a file of the repository's root; its absence skips the test that asks."""
    path = ROOT / name
    if not path.is_file():
        pytest.skip(f"there is no {name} yet")
    return path.read_text(encoding="utf-8")


def commands(document):
    """Return ``(package, arguments)`` for every command a text names, in order, each once."""
    found = (f"{package} {rest.strip()}" for package, rest in COMMAND.findall(document))
    return [tuple(command.split(" ", 1)) for command in dict.fromkeys(found)]


def arguments(written):
    """Return the arguments of a command as it is written in a text: options in brackets are taken, too.

    Of alternatives (``a|b``) the first stands for all, and ``PHOTO...`` for one photo.
    """
    plain = re.sub(r"[\[\]]", "", written).replace("...", "")
    return [word.split("|")[0] for word in shlex.split(plain)]


def named(name):
    """Return the commands in a file, or none where it is missing: parametrisation comes before skipping."""
    path = ROOT / name
    return commands(without_make(path.read_text(encoding="utf-8"))) if path.is_file() else []


def without_make(document):
    """Return a text with make's variables given some value, its functions none, and its long lines in one."""
    document = re.sub(r"\\\n\s*", " ", document)
    document = re.sub(r"\$\((?:BIN|DATA|OUT|ROWS)\)", "x", document).replace("$(TRAIN)", "")
    while (shorter := re.sub(r"\$\(\w+ [^()]*\)", "", document)) != document:
        document = shorter
    return document


def test_make_s_own_words_are_no_arguments():
    rule = "\t$(BIN)/python -m training train --out $(OUT) \\\n\t\t$(if $(wildcard $(OUT)/a.pt),--resume $(OUT)) # go"
    assert commands(without_make(rule)) == [("training", "train --out x")]


def test_commands_are_found_as_people_write_them():
    document = "`.venv/bin/python -m engine info`\npython -m training index --faces F --out DIR   # why\npython -m bot"
    assert commands(document) == [("engine", "info"), ("training", "index --faces F --out DIR")]
    assert arguments('identify PHOTO... [--top-k 5] [--witness both|title] "a b"') == [
        *("identify", "PHOTO", "--top-k", "5", "--witness", "both", "a b"),
    ]


@pytest.mark.parametrize(
    ("package", "written"),
    dict.fromkeys(command for page in [*PAGES, "Makefile"] for command in named(page)),
    ids=lambda part: part,
)
def test_every_command_named_is_understood(package, written):
    words = arguments(written)
    if package == "engine":
        cli._parser().parse_args(words)
        return
    if package == "bot":
        pytest.importorskip("discord")
        importlib.import_module("bot.__main__")._parser().parse_args(words)
        return
    command, *rest = words
    assert command in COMMANDS
    if command in NEEDS_TORCH and importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    parser = argparse.ArgumentParser()
    importlib.import_module(COMMANDS[command][0]).add_arguments(parser)
    parser.parse_args(rest)


def test_the_readme_names_the_commands_people_need():
    named_there = {(package, arguments(written)[0]) for package, written in commands(text("README.md"))}
    assert {
        ("engine", "identify"),
        ("engine", "lookup"),
        ("engine", "info"),
        ("engine", "confirmations"),
        ("engine", "worker"),
    } <= named_there
    assert ("bot", "rehearse") in named_there
    assert {("training", "index"), ("training", "evaluate")} <= named_there


def test_every_option_of_the_contract_is_in_the_readme():
    readme = text("README.md")
    options = ("--json", "--top-k", "--max-cards", "--artifacts", "--annotate", "--witness", "--overlay")
    assert [option for option in options if option not in readme] == []


def test_every_make_target_of_the_pages_exists():
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    wanted = {target for page in PAGES for target in re.findall(r"(?:^|`)make ([a-z-]+)", text(page), re.MULTILINE)}
    assert wanted
    assert wanted <= targets


def test_every_make_target_says_what_it_does():
    rules = re.findall(r"^([a-z-]+):(.*)$", text("Makefile"), re.MULTILINE)
    assert [target for target, rest in rules if "## " not in rest] == []


def headings(page):
    """Return what links to the sections of a page are called: as GitHub does, for headings without marks of code."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_section_a_page_links_to_exists(page):
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", text(page))
    assert [link for link, _ in links if not (ROOT / page).parent.joinpath(link).exists()] == []
    targets = [((ROOT / page).parent / link if link else ROOT / page, section) for link, section in links if section]
    assert [(target.name, section) for target, section in targets if section not in headings(target)] == []


def test_every_page_is_reached_from_the_readme():
    linked = re.findall(r"\]\((docs/[^)#\s]+\.md)", text("README.md"))
    assert set(PAGES) - {"README.md"} == set(linked)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_training_command_has_a_module_that_can_run_it(command):
    module, summary = COMMANDS[command]
    if command in NEEDS_TORCH and importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    imported = importlib.import_module(module)
    assert callable(imported.add_arguments)
    assert callable(imported.run)
    assert summary


def test_no_file_tells_of_the_machine_it_was_written_on():
    """Paths of a home or a temporary folder in a text mean that something works on one machine only."""
    suffixes = {".py", ".md", ".toml", ".yml", ".json", ".example"}
    ours = [path for folder in ("bot", "engine", "training", "docs") for path in (ROOT / folder).rglob("*")]
    texts = [path for path in [*ours, *ROOT.glob("*")] if path.is_file() and path.suffix in suffixes]
    telling = re.compile(r"(?<![\w.:/])/(?:home|Users|tmp|root|work)/\w")
    assert [path for path in texts if telling.search(path.read_text(encoding="utf-8"))] == []
