"""The house rules of the code itself: layers, types, style, sizes, and what lies where."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "kpi_cli"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TOP_LEVEL = {"pyproject.toml", "README.md", "kpi_cli", "configs", "sample_data", "tests", ".ci", ".gitignore"}
LONGEST_FILE, LONGEST_FUNCTION, MOST_PARAMETERS = 300, 40, 5

Function = ast.FunctionDef | ast.AsyncFunctionDef


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(args, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)


def module(name: str, *args: str) -> None:
    done = run(sys.executable, "-m", name, *args)
    assert done.returncode == 0, f"{name} {' '.join(args)}\n{done.stdout}{done.stderr}"


def test_layers_hold() -> None:
    program = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    done = run(sys.executable, "-c", program)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_lint() -> None:
    module("ruff", "check")


def test_format() -> None:
    module("ruff", "format", "--check")


def test_types() -> None:
    module("mypy")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    tree = ast.parse(text)
    assert [name for name, size in lengths(tree) if size > LONGEST_FUNCTION] == []
    assert [name for name, count in parameters(tree) if count > MOST_PARAMETERS] == []


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def lengths(tree: ast.Module) -> list[tuple[str, int]]:
    return [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions(tree)]


def parameters(tree: ast.Module) -> list[tuple[str, int]]:
    """Every parameter counts, `self` and `cls` aside; a command's options are its interface and are exempt."""
    found = []
    for node in functions(tree):
        given = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        if not is_command(node):
            found.append((node.name, len([name for name in given if name not in ("self", "cls")])))
    return found


def is_command(node: Function) -> bool:
    """A command's parameters are all declared as options of the command line."""
    given = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return all(a.annotation is not None and ast.unparse(a.annotation).startswith("options.") for a in given)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_states_its_idea(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert len(docstring.splitlines()) <= 5


def imported(path: Path) -> set[str]:
    """The packages that a module names in its imports, wherever they stand."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def declared(entries: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", entry)[0].lower() for entry in entries}


def test_whatever_is_imported_is_a_dependency() -> None:
    """The test machine has more installed than a user gets; what builds the package is held against the build's."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, extras = settings["project"], settings["project"]["optional-dependencies"]
    entries = [*project["dependencies"], *(entry for name in extras if name != "test" for entry in extras[name])]
    building = ROOT / settings["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["path"]
    distributions = packages_distributions()
    given = {"kpi_cli", "pydantic_core"}  # pydantic pins its core
    for paths, allowed in (
        ([path for path in SOURCES if path != building], declared(entries)),
        ([building], declared(settings["build-system"]["requires"])),
    ):
        foreign = set().union(*map(imported, paths)) - sys.stdlib_module_names - given
        needed = {name: {entry.lower() for entry in distributions.get(name, [name])} for name in foreign}
        assert {name for name, offered in needed.items() if not offered & allowed} == set()


def tracked() -> list[Path]:
    """The files of the repository; those of the folder, without what git ignores, where there is no repository yet."""
    done = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z") if shutil.which("git") else None
    if done is None or done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_the_top_level_holds_what_it_should() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP_LEVEL


# Written so that this file does not contain what it looks for.
MACHINE = re.compile(rb"(?<![\w.])/(wor" rb"k|tm" rb"p|hom" rb"e|roo" rb"t|Use" rb"rs)/[\w.]|[A-Z]:\\Use" rb"rs")


def test_no_file_speaks_of_a_machine() -> None:
    texts = {path: path.read_bytes() for path in tracked() if b"\0" not in path.read_bytes()[:4096]}
    assert {
        str(path.relative_to(ROOT)): found[0] for path, data in texts.items() if (found := MACHINE.search(data))
    } == {}


def test_the_given_cases_are_named_only_by_tests() -> None:
    """The folder beside the checkout is no part of the product."""
    naming = [path.relative_to(ROOT) for path in tracked() if b"../sha" + b"red" in path.read_bytes()]
    assert [str(path) for path in naming if path.parts[0] not in ("tests", ".ci")] == []


QUICK = "import sys; {work}; print(*sorted({{'pandas', 'numpy', 'pyarrow', 'sqlite3'}} & set(sys.modules)))"


@pytest.mark.parametrize(
    ("work", "may"),
    [
        ("import kpi_cli.scheme.load", set()),
        ("import kpi_cli.cli", set()),
        ("import kpi_cli.pipeline, kpi_cli.intake.files.blocks", {"numpy", "pyarrow"}),
    ],
)
def test_it_starts_fast(work: str, may: set[str]) -> None:
    """Neither help nor a check of a scheme waits for the table libraries, and scoring does not wait for pandas."""
    done = run(sys.executable, "-c", QUICK.format(work=work))
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) <= may


@pytest.mark.parametrize("arguments", [["--help"], ["score", "--help"], ["schema"]])
def test_help_and_schema_load_no_tables(arguments: list[str]) -> None:
    """The whole command, not only its modules."""
    program = (
        "import atexit, sys\n"
        "heavy = {'pandas', 'numpy', 'pyarrow'}\n"
        "atexit.register(lambda: print('LOADED', *sorted(heavy & set(sys.modules)), file=sys.stderr))\n"
        f"sys.argv = ['kpi', *{arguments!r}]\n"
        "from kpi_cli.__main__ import run\n"
        "run()\n"
    )
    done = run(sys.executable, "-c", program)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("LOADED")] == ["LOADED"]
