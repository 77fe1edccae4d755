import ast
import json

import pytest

from training.benchmarks import house
from training.cli import main


def write(tree, files):
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text, encoding="utf-8")
    return tree


def modules(tree):
    return {path.relative_to(tree): ast.parse(path.read_text()) for path in house.python_files(tree)}


@pytest.fixture
def tree(tmp_path):
    return write(
        tmp_path,
        {
            "bot/__init__.py": "",
            "bot/core/a.py": "import bot.store.b\nclass Answer:\n    class Part: ...\n",
            "bot/store/b.py": "def late():\n    from bot.core import a\nclass Answer: ...\nclass Part: ...\n",
            "engine/one.py": "import bot.store.b\ndef _once(): ...\ndef _twice(): ...\n_once, _twice, _twice\n",
            "tests/test_one.py": "def test(): ...\n",
            "README.md": "four words are here\n",
        },
    )


def test_measures_a_tree_without_stress(tree):
    assert house.measure(tree) == house.House(
        fullest_folder="bot",
        fullest_files=1,
        mutual_imports=[("bot/core", "bot/store")],
        same_classes={"bot": {"Answer": 2}, "engine": {}, "training": {}},
        functions=3,
        private_once=1,
        code_lines=11,
        test_lines=1,
        stress_lines=0,
        readme_words=4,
    )


def test_the_fullest_folder_is_counted_without_its_subfolders(tree):
    write(tree, {"tests/test_two.py": "", "tests/test_three.py": "", "tests/deep/er.py": ""})
    found = house.measure(tree)
    assert (found.fullest_folder, found.fullest_files) == ("tests", 3)


@pytest.mark.parametrize(
    ("there", "back"),
    [
        ("import engine.b.x", "import engine.a.x"),
        ("from engine.b.x import name", "from engine.a import x"),
        ("def f():\n    from engine import b", "if True:\n    import engine.a as other"),
    ],
)
def test_every_form_of_import_counts(tmp_path, there, back):
    write(tmp_path, {"engine/a/__init__.py": "", "engine/b/__init__.py": "", "engine/a/x.py": there})
    write(tmp_path, {"engine/b/x.py": back})
    assert house.mutual_imports(modules(tmp_path)) == [("engine/a", "engine/b")]


@pytest.mark.parametrize("back", ["import json", "import engine.b.y", "from engine.c import a"])
def test_imports_in_one_direction_are_no_pair(tmp_path, back):
    write(tmp_path, {"engine/a/x.py": "import engine.b.x", "engine/b/x.py": back, "engine/c/a.py": ""})
    assert house.mutual_imports(modules(tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("def _f(): ...\n_f()", (1, 1)),
        ("def _f(): ...", (1, 0)),
        ("def _f(): ...\n_f(_f)", (1, 0)),
        ("class A:\n    async def _f(self): self._f()", (1, 1)),
        ("class A:\n    def __len__(self): ...\n    def public(self): self.public()", (2, 0)),
    ],
)
def test_private_functions_referenced_once(text, counts):
    assert house.private_once(ast.parse(text)) == counts


def test_prints_trees_side_by_side_and_the_names_behind_the_figures(tree, tmp_path_factory, capsys):
    other = write(tmp_path_factory.mktemp("other"), {"engine/one.py": "", "stress/run.py": "\n\n"})
    assert main(["house", str(tree), str(other)]) == 0
    out = capsys.readouterr().out
    rows = {line[: line.index("  ")]: line.split()[-2:] for line in out.splitlines()[4:12]}
    assert rows["pairs of folders that import each other"] == ["1", "0"]
    assert rows["lines of stress"] == ["0", "2"]
    assert f"{tree}: bot/core and bot/store import each other" in out
    assert f"{tree}: classes of the same name: bot.Answer ×2" in out


def test_json_has_a_key_for_each_tree(tree, capsys):
    assert main(["house", str(tree), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[str(tree)]["mutual_imports"] == [["bot/core", "bot/store"]]


@pytest.mark.parametrize("files", [{}, {"engine/one.py": "def ("}])
def test_a_tree_that_cannot_be_measured_is_reported(tmp_path, capsys, files):
    assert main(["house", str(write(tmp_path, files))]) == 2
    assert "error: " in capsys.readouterr().err
