"""What the program is made of: pinned, hashed, licensed, and listed in a bill that says no more and no less."""

import json
import re
import tomllib
from collections import Counter
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from engine.core.artifacts import FILES, SHIPPED, sha256
from engine.reading.ocr import TEXT_MODELS
from training.cli import main
from training.data.errors import CommandError
from training.supply.bill import bill_of
from training.supply.licences import BUNDLED, KNOWN_LICENCES, UNLOCKED, licence_of, render_page, shipped_models
from training.supply.lock import Pin, read_lock

ROOT = Path(__file__).parents[3]
REQUIREMENTS = ROOT / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCKS = ("bot", "build", "development")


def pins_of(lock):
    """Return the pins of a lock by name, where there are several those of the oldest Python that is supported."""
    return {pin.name: pin for pin in reversed(read_lock(REQUIREMENTS / f"{lock}.lock"))}


def wanted(*extras):
    """Return what pyproject.toml asks for: always, and for these extras, but not what can't be locked."""
    texts = [*PROJECT["project"]["dependencies"], *(text for extra in extras for text in EXTRAS[extra])]
    return [one for one in map(Requirement, texts) if one.name not in {*UNLOCKED, "cardglass"}]


def input_of(name):
    """Return the requirements in a file that locks are made of."""
    lines = (REQUIREMENTS / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("lock", "needed"),
    [
        *(("bot", one) for one in wanted("bot")),
        *(("development", one) for one in wanted(*EXTRAS)),
        *(("build", Requirement(text)) for text in PROJECT["build-system"]["requires"]),
    ],
    ids=str,
)
def test_a_requirement_is_locked_at_a_version_that_satisfies_it(lock, needed):
    pin = pins_of(lock)[canonicalize_name(needed.name)]
    assert needed.specifier.contains(pin.version, prereleases=True)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_per_python_and_hashes_but_no_address(lock):
    pins = read_lock(REQUIREMENTS / f"{lock}.lock")
    assert pins
    # Some packages have one for older Pythons and one for newer.
    assert len({(pin.name, pin.marker) for pin in pins}) == len(pins)
    names = Counter(pin.name for pin in pins)
    assert all(pin.marker for pin in pins if names[pin.name] > 1)
    text = (REQUIREMENTS / f"{lock}.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|--trusted", text)


@pytest.mark.parametrize("lock", ["bot", "build", "sync"])
def test_what_runs_is_what_was_tested(lock):
    tested = pins_of("development")
    different = [name for name, pin in pins_of(lock).items() if tested[name].version != pin.version]
    assert different == []


def test_torch_alone_is_not_locked_but_what_it_needs_is():
    development = pins_of("development")
    assert not {"torch", "torchvision"} & development.keys()
    assert not [name for name in development if name.startswith(("nvidia", "triton", "cuda"))]
    assert {canonicalize_name(one.name) for one in input_of("torch.in")} <= development.keys()


def test_everything_torch_needs_here_is_an_input_of_the_lock():
    try:
        needs = [Requirement(text) for package in UNLOCKED for text in requires(package) or ()]
    except PackageNotFoundError:
        pytest.skip("torch is not installed")
    pure = [one for one in needs if not one.marker or one.marker.evaluate({"extra": "", "platform_machine": "none"})]
    assert {canonicalize_name(one.name) for one in pure} <= {*pins_of("development"), *UNLOCKED}


@pytest.mark.parametrize(
    "line", ["numpy>=2 --hash=sha256:" + "0" * 64, "numpy==2.0", "numpy==2.0 --hash=md5:00", "-r other.txt", "a b c"]
)
def test_a_line_without_a_pin_is_refused(tmp_path, line):
    path = tmp_path / "bad.lock"
    path.write_text(f"# a comment\n{line}\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"bad\.lock"):
        read_lock(path)


def test_a_line_is_read_completely(tmp_path):
    path = tmp_path / "good.lock"
    hashes = ("1" * 64, "2" * 64)
    marker = 'python_version >= "3.13"'
    path.write_text(
        f"My_Package==1.0 ; {marker} \\\n    --hash=sha256:{hashes[0]} \\\n    --hash=sha256:{hashes[1]}\n",
        encoding="utf-8",
    )
    assert read_lock(path) == (Pin("my-package", "1.0", marker, hashes),)


def test_every_locked_package_and_every_model_is_in_the_page_of_licences():
    text = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    missing = [
        pin.purl for lock in LOCKS for pin in pins_of(lock).values() if f"| {pin.name} | {pin.version} |" not in text
    ]
    assert missing == [], "make licences"
    assert [m.name for m in shipped_models() if f"| {m.name} | `{m.sha256[:16]}" not in text] == [], "make licences"
    assert all(name in text for name in UNLOCKED)


def test_licences_given_by_hand_are_of_locked_packages():
    assert KNOWN_LICENCES.keys() | BUNDLED.keys() <= pins_of("development").keys()


def test_a_package_with_an_unknown_licence_is_named():
    with pytest.raises(CommandError, match="no-such-package"):
        render_page({"one": [Pin("no-such-package", "1", "", ("0" * 64,))]}, [])


def test_licences_are_spdx_expressions_whatever_their_names_in_packages():
    named = {"pytest": "MIT", "discord-py": "MIT", "rapidocr": "Apache-2.0", "fluent-runtime": "Apache-2.0"}
    assert {name: licence_of(name) for name in named} == named


def test_the_bill_lists_each_package_and_each_file_the_engine_opens_with_its_hashes(tmp_path):
    out = tmp_path / "sbom.json"
    assert main(["sbom", "--lock", str(REQUIREMENTS / "bot.lock"), "--out", str(out)]) == 0
    bill = json.loads(out.read_text(encoding="utf-8"))
    parts = {part["bom-ref"]: part for part in bill["components"]}
    pins = read_lock(REQUIREMENTS / "bot.lock")
    files = {f"file:{name}": sha256(SHIPPED / name) for name in FILES}
    files |= {f"file:{name}": hexadecimal for name, hexadecimal in TEXT_MODELS.items()}
    assert parts.keys() == {pin.purl for pin in pins} | files.keys()
    for ref, hexadecimal in files.items():
        assert parts[ref]["hashes"] == [{"alg": "SHA-256", "content": hexadecimal}]
    for pin in pins:
        (source,) = parts[pin.purl]["externalReferences"]
        assert {one["content"] for one in source["hashes"]} == set(pin.hashes)
    assert all(part["licenses"] for part in parts.values())


def test_the_bill_follows_its_schema():
    bill = bill_of(read_lock(REQUIREMENTS / "bot.lock"), shipped_models())
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None


def test_a_missing_lock_is_reported(tmp_path, capsys):
    assert main(["sbom", "--lock", str(tmp_path / "none.lock"), "--out", str(tmp_path / "out")]) == 2
    assert "none.lock" in capsys.readouterr().err


def test_the_image_installs_nothing_without_hashes_but_the_program_itself():
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    installs = re.findall(r"/pip install [^&\n]*", text)
    assert len(installs) == 5
    for command in installs:
        by_lock = "--require-hashes" in command and re.search(r"-r (requirements/\w+\.lock)", command)
        assert by_lock or ("--no-index" in command and command.strip().endswith("/wheel/*.whl"))
    assert [name for name in re.findall(r"requirements/\w+\.lock", text) if not (ROOT / name).is_file()] == []
