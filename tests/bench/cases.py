"""The cases as data: which commands race on which file, whose answers must agree, which ratios are told."""

import sys
from dataclasses import dataclass
from pathlib import Path

from measure import Argv

BENCH = Path(__file__).resolve().parent
KPI: Argv = (sys.executable, "-m", "kpi_cli")
SCORE: Argv = (*KPI, "score", "{scheme}", "{data}", "--period", "2026-10", "--detail", "--format", "csv")
DEFAULT = ("start", "small", "main", "key")


@dataclass(frozen=True, slots=True)
class Data:
    """A generated file."""

    rows: int
    agents: int
    format: str = "csv"
    kind: str = "tickets"
    seed: int = 1

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.rows}-{self.agents}-{self.seed}.{self.format}"


@dataclass(frozen=True, slots=True)
class Case:
    """A race. In commands, {data}, {scheme} and {largest} stand for paths known when it is run.

    `answers` names the commands that print values, which must agree before anything is timed.
    `metrics` asks for a generated scheme of so many metrics in place of `scheme`.
    """

    group: str
    title: str
    commands: dict[str, Argv]
    against: tuple[str, ...]
    answers: tuple[str, ...] = ()
    data: Data | None = None
    scheme: str = "scheme.yaml"
    metrics: int | None = None


def python(code: str) -> Argv:
    return (sys.executable, "-c", code)


def peer(name: str, *options: str) -> Argv:
    return (sys.executable, str(BENCH / f"peer_{name}.py"), "{data}", *options)


def peers(*options: str) -> dict[str, Argv]:
    return {"kpi": SCORE} | {name: peer(name, *options) for name in ("duckdb", "pandas", "polars")}


def month(group: str, title: str, data: Data, *, key: bool = False) -> Case:
    commands = peers("--key") if key else peers()
    scheme = "scheme-key.yaml" if key else "scheme.yaml"
    return Case(group, title, commands, ("duckdb", "pandas"), tuple(commands), data, scheme)


def many_metrics(number: int, data: Data) -> Case:
    """Only DuckDB keeps up here: its statement is written from the same list as the scheme."""
    commands = {"kpi": SCORE, "duckdb": peer("duckdb", "--metrics", str(number))}
    title = f"metrics: {number} of them, {data.rows:,} tickets"
    return Case("metrics", title, commands, ("duckdb",), tuple(commands), data, metrics=number)


def start() -> tuple[Case, ...]:
    help_page = {"kpi --help": (*KPI, "--help"), "imports": python("import typer, rich.table")}
    check = {
        "kpi check": (*KPI, "check", "{largest}"),
        "imports": python("import typer, rich.table, pydantic, yaml"),
    }
    return (
        Case("start", "start: the help page against its imports", help_page, ("imports",)),
        Case("start", "start: check of the largest of configs/ against its imports", check, ("imports",)),
    )


def small(agents: int) -> Case:
    imports = {"imports": python("import pandas, pyarrow.csv")}
    data = Data(20_000, min(agents, 50))
    answers = tuple(peers())
    title = "small: a month of 20,000 tickets against the imports of its reader"
    return Case("small", title, peers() | imports, ("imports", "duckdb", "pandas"), answers, data)


def cases(rows: int, agents: int) -> tuple[Case, ...]:
    """Every case; `rows` and `agents` size the main file, which the key, metrics and parquet cases share."""
    main = Data(rows, agents)
    size = f"{rows:,} tickets of {agents:,} agents"
    return (
        *start(),
        small(agents),
        month("main", f"main: {size}", main),
        month("key", f"key: {size}, one row per ticket", main, key=True),
        month("million", "million: 1,000,000 tickets", Data(1_000_000, agents)),
        month("large", "large: 20,000,000 tickets", Data(20_000_000, agents)),
        month("agents", f"agents: {rows:,} tickets of 200,000 agents", Data(rows, 200_000)),
        month("parquet", f"parquet: {size}", Data(rows, agents, "parquet")),
        *(many_metrics(number, main) for number in (1, 10, 40)),
    )
