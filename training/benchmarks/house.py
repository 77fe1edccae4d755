"""Measure how source trees are built, side by side: ``python -m training house [TREE ...] [--json]``.

A tree is a folder that holds this repository, such as a clone of an older commit. Nothing is imported from it.
"""

from __future__ import annotations

import argparse
import ast
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from training.data.errors import CommandError
from training.scoring.tables import Table

PACKAGES = ("bot", "engine", "training")
TESTS, STRESS = "tests", "stress"


@dataclass(frozen=True, slots=True)
class House:
    """The figures of one tree; lines are those of .py files, blank ones and comments included."""

    fullest_folder: str
    """Of the packages, tests and stress, the folder with the most .py files, not counting its subfolders."""
    fullest_files: int
    """How many it has."""
    mutual_imports: list[tuple[str, str]]
    """Pairs of folders in the packages that import each other."""
    same_classes: dict[str, dict[str, int]]
    """By package, the names that more than one top-level class has, and how many have it."""
    functions: int
    """Functions and methods in the packages."""
    private_once: int
    """Those of them that are private and referenced exactly once in their file."""
    code_lines: int
    test_lines: int
    stress_lines: int
    readme_words: int


def measure(tree: Path) -> House:
    """Return the figures of a tree.

    Raises:
        CommandError: there are no packages here.
        OSError, ValueError, SyntaxError: a file can't be read, or is not Python.
    """
    sources = {path.relative_to(tree): path.read_text(encoding="utf-8") for path in python_files(tree)}
    packages = {path: ast.parse(text, str(path)) for path, text in sources.items() if path.parts[0] in PACKAGES}
    if not packages:
        raise CommandError(f"{tree} has none of the packages {', '.join(PACKAGES)}")
    # Among equally full folders the first by name, so that two runs agree.
    folder, files = min(Counter(path.parent for path in sources).items(), key=lambda item: (-item[1], item[0]))
    usage = [private_once(module) for module in packages.values()]
    lines = Counter[str]()
    for path, text in sources.items():
        lines[path.parts[0]] += len(text.splitlines())
    readme = tree / "README.md"
    return House(
        fullest_folder=folder.as_posix(),
        fullest_files=files,
        mutual_imports=mutual_imports(packages),
        same_classes=same_classes(packages),
        functions=sum(count for count, _ in usage),
        private_once=sum(once for _, once in usage),
        code_lines=sum(lines[package] for package in PACKAGES),
        test_lines=lines[TESTS],
        stress_lines=lines[STRESS],
        readme_words=len(readme.read_text(encoding="utf-8").split()) if readme.is_file() else 0,
    )


def python_files(tree: Path) -> Iterator[Path]:
    """Yield the .py files of the packages, of tests and of stress, in a fixed order."""
    for folder in (*PACKAGES, TESTS, STRESS):
        yield from sorted((tree / folder).rglob("*.py"))


def mutual_imports(modules: Mapping[Path, ast.Module]) -> list[tuple[str, str]]:
    """Return the pairs of folders that import each other, wherever in a file the imports stand."""
    folders = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path.parent for path in modules}
    edges = set()
    for path, module in modules.items():
        for imported in imported_names(module):
            name = imported
            while name and name not in folders:
                name = name.rpartition(".")[0]
            if name and folders[name] != path.parent:
                edges.add((path.parent.as_posix(), folders[name].as_posix()))
    return sorted(pair for pair in edges if pair[0] < pair[1] and pair[::-1] in edges)


def imported_names(module: ast.Module) -> Iterator[str]:
    """Yield the dotted names that a module imports; ``from a import b`` may mean the module ``a.b``."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def same_classes(modules: Mapping[Path, ast.Module]) -> dict[str, dict[str, int]]:
    """Return, by package, the class names that are used more than once, and how often."""
    names = {package: Counter[str]() for package in PACKAGES}
    for path, module in modules.items():
        names[path.parts[0]].update(node.name for node in module.body if isinstance(node, ast.ClassDef))
    return {
        package: {name: count for name, count in sorted(counts.items()) if count > 1}
        for package, counts in names.items()
    }


def private_once(module: ast.Module) -> tuple[int, int]:
    """Return how many functions a file has, and how many of them are private and referenced exactly once in it."""
    references = Counter[str]()
    functions = []
    for node in ast.walk(module):
        if isinstance(node, ast.Name):
            references[node.id] += 1
        elif isinstance(node, ast.Attribute):
            references[node.attr] += 1
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.append(node.name)
    private = [name for name in functions if name.startswith("_") and not name.startswith("__")]
    return len(functions), sum(references[name] == 1 for name in private)


def table(houses: Mapping[str, House]) -> Table:
    """Return the figures, a column for each tree."""
    figures: dict[str, Callable[[House], str]] = {
        "files in the fullest folder": lambda h: f"{h.fullest_files} ({h.fullest_folder})",
        "pairs of folders that import each other": lambda h: str(len(h.mutual_imports)),
        "class names used twice in a package": lambda h: str(len(_repeated(h))),
        "private functions used once, of all": lambda h: (
            f"{h.private_once / max(1, h.functions):.1%} ({h.private_once} / {h.functions})"
        ),
        "lines of code": lambda h: f"{h.code_lines:,}",
        "lines of tests": lambda h: f"{h.test_lines:,}",
        "lines of stress": lambda h: f"{h.stress_lines:,}",
        "words of README": lambda h: f"{h.readme_words:,}",
    }
    rows = tuple((what, *map(figure, houses.values())) for what, figure in figures.items())
    return Table("Source trees", ("figure", *houses), rows)


def _repeated(house: House) -> list[str]:
    return [f"{package}.{name} ×{n}" for package, names in house.same_classes.items() for name, n in names.items()]


def detail_lines(houses: Mapping[str, House]) -> Iterator[str]:
    """Yield the names behind the figures: pairs of folders, and repeated classes."""
    for name, house in houses.items():
        yield from (f"{name}: {one} and {other} import each other" for one, other in house.mutual_imports)
        if repeated := _repeated(house):
            yield f"{name}: classes of the same name: {', '.join(repeated)}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training house``."""
    parser.add_argument("trees", type=Path, nargs="*", metavar="TREE", help="source trees (default: this folder)")
    parser.add_argument("--json", action="store_true", help="print one JSON object, with the trees' paths as keys")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    try:
        houses = {str(tree): measure(tree) for tree in args.trees or [Path()]}
    except (ValueError, SyntaxError) as error:
        raise CommandError(str(error)) from error
    if args.json:
        print(json.dumps({name: asdict(house) for name, house in houses.items()}, indent=1))
    else:
        print("\n".join([table(houses).to_text(), *detail_lines(houses)]))
    return 0
