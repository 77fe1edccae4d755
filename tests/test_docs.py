"""What the documentation and the Makefile name exists: commands, options, targets, links, sections and files."""

import argparse
import importlib
import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from engine import cli
from tests.conftest import SLOW
from training.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = [str(path.relative_to(ROOT)) for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))]
README_WORDS = 1400
COMMAND = re.compile(r"python -m (bot|engine|training) +([^\s`#>][^\n`#>]*)")
STRESS_PROGRAM = re.compile(r"python -m (stress[.\w]*)")
PATH = re.compile(r"`((?:bot|engine|training|tests|stress|docs|deploy|requirements)/[\w./-]*)`")
NEEDS_TRAINING = {"calibrate", "export", "export-cost", "export-detector", "train", "whiten"}
"""Commands that need the extra ``training``."""


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def commands(document):
    """Return ``(package, arguments)`` for every command in a text, in order, each once."""
    found = (f"{package} {rest.strip()}" for package, rest in COMMAND.findall(document))
    return [tuple(command.split(" ", 1)) for command in dict.fromkeys(found)]


def arguments(written):
    """Return the arguments of a command as written in a text.

    Options in brackets count. Of alternatives (``a|b``) the first stands for all, and ``PHOTO...`` for one photo.
    """
    plain = re.sub(r"[\[\]]", "", written).replace("...", "")
    return [word.split("|")[0] for word in shlex.split(plain)]


def without_make(document):
    """Return a text with make's variables replaced, its functions removed, and continued lines joined."""
    document = re.sub(r"\\\n\s*", " ", document)
    document = re.sub(r"\$\((?:BIN|DATA|OUT|ROWS)\)", "x", document).replace("$(TRAIN)", "")
    while (shorter := re.sub(r"\$\(\w+ [^()]*\)", "", document)) != document:
        document = shorter
    return document


def parser_of(command):
    """Return the parser of a command of ``python -m training``; skips the test if the extra it needs is missing."""
    if command in NEEDS_TRAINING and importlib.util.find_spec("torch") is None:
        pytest.skip("the extra training is not installed")
    parser = argparse.ArgumentParser()
    module = importlib.import_module(COMMANDS[command][0])
    assert callable(module.run)
    module.add_arguments(parser)
    return parser


def links(page):
    """Return the links of a page within the repository: ``(path as written, section)``, either may be empty."""
    return re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", text(page))


def headings(path):
    """Return the anchors of a page's sections, as GitHub makes them, for headings without code marks."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_make_functions_are_not_arguments():
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
    dict.fromkeys(command for page in [*PAGES, "Makefile"] for command in commands(without_make(text(page)))),
    ids=lambda part: part,
)
def test_every_command_is_understood(package, written):
    words = arguments(written)
    if package == "engine":
        cli._parser().parse_args(words)
    elif package == "bot":
        pytest.importorskip("discord")
        importlib.import_module("bot.__main__")._parser().parse_args(words)
    else:
        assert words[0] in COMMANDS
        parser_of(words[0]).parse_args(words[1:])


@pytest.mark.parametrize("program", sorted({name for page in PAGES for name in STRESS_PROGRAM.findall(text(page))}))
def test_every_stress_program_exists(program):
    path = ROOT / program.replace(".", "/")
    assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_training_command_can_run_and_is_documented(command):
    assert COMMANDS[command][1]
    parser_of(command)
    documented = {
        arguments(written)[0] for page in PAGES for package, written in commands(text(page)) if package == "training"
    }
    assert command in documented


def test_every_engine_and_bot_command_is_documented():
    documented = {(package, arguments(written)[0]) for package, written in commands(text("docs/commands.md"))}
    assert {("engine", name) for name in ("identify", "lookup", "info", "confirmations", "worker")} <= documented
    assert {("bot", name) for name in ("check", "sync-commands", "confirmations", "rehearse")} <= documented


def test_every_option_of_identify_is_documented():
    page = text("docs/commands.md")
    options = ("--json", "--top-k", "--max-cards", "--artifacts", "--annotate", "--witness", "--overlay")
    assert [option for option in options if option not in page] == []


def test_every_make_target_in_the_pages_exists():
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    wanted = {target for page in PAGES for target in re.findall(r"(?:^|`)make ([a-z-]+)", text(page), re.MULTILINE)}
    wanted.discard("test-light")  # the changelog says that it is gone
    assert wanted
    assert wanted <= targets


def test_every_make_target_is_described():
    rules = re.findall(r"^([a-z-]+):(.*)$", text("Makefile"), re.MULTILINE)
    assert [target for target, rest in rules if "## " not in rest] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_section_exists(page):
    folder = (ROOT / page).parent
    targets = [(folder / link if link else ROOT / page, section) for link, section in links(page)]
    assert [path.name for path, _ in targets if not path.exists()] == []
    assert [(path.name, section) for path, section in targets if section and section not in headings(path)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_path_in_a_page_exists(page):
    assert [path for path in PATH.findall(text(page)) if not (ROOT / path).exists()] == []


def test_every_page_is_reached_from_the_readme():
    reached, to_visit = set(), ["README.md"]
    while to_visit:
        page = to_visit.pop()
        reached.add(page)
        linked = (((ROOT / page).parent / link).resolve() for link, _ in links(page) if link.endswith(".md"))
        to_visit += {str(path.relative_to(ROOT)) for path in linked} - reached - set(to_visit)
    assert reached == set(PAGES)


def test_the_readme_is_short():
    assert len(text("README.md").split()) <= README_WORDS


def test_every_folder_of_the_packages_is_on_the_map():
    folders = [
        path.parent for package in ("bot", "engine", "training") for path in (ROOT / package).glob("*/__init__.py")
    ]
    page = text("docs/architecture.md")
    assert [str(path) for path in folders if f"`{path.relative_to(ROOT)}/`" not in page] == []


def test_decisions_are_numbered_and_listed():
    names = [path.name for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))]
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert [link for link, _ in links("docs/decisions/README.md")] == names


def test_the_numbers_of_locked_packages_are_current():
    counts = re.findall(r"`(?:requirements/)?(\w+\.lock)`\s+\((\d+)", text("docs/robustness.md"))
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    packages = {lock.name: len(re.findall(r"^[\w.-]+(?:\[.+\])?==", text(lock), re.MULTILINE)) for lock in locks}
    assert {name: int(count) for name, count in counts} == packages


def test_no_file_contains_a_path_of_the_machine_it_was_written_on():
    """A path in a home or temporary folder means that something works on one machine only."""
    suffixes = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".example"}
    ours = [path for folder in ("bot", "engine", "training", "docs") for path in (ROOT / folder).rglob("*")]
    texts = [path for path in [*ours, *ROOT.glob("*")] if path.is_file() and path.suffix in suffixes]
    telling = re.compile(r"(?<![\w.:/])/(?:home|Users|tmp|root|work)/\w")
    assert [path for path in texts if telling.search(path.read_text(encoding="utf-8"))] == []


def test_every_test_called_slow_exists():
    assert [name for name in SLOW if not (ROOT / name).exists()] == []
