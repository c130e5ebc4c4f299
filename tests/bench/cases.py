"""The cases as data: which commands race on which files, whose answers must agree, which ratios are told."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from measure import Argv

BENCH = Path(__file__).resolve().parent
KPI: Argv = (sys.executable, "-P", "-m", "kpi_cli")  # the one that is installed, wherever this is run
WITHOUT_KERNELS = (
    "import runpy, sys; sys.modules['kpi_cli.kernels._compiled'] = None; "
    "runpy.run_module('kpi_cli', run_name='__main__', alter_sys=True)"
)
DEFAULT = ("start", "small", "main", "key")
SMALL, SHEET, MANY_AGENTS = 20_000, 100_000, 200_000
SCHEME = {"scheme": "scheme.yaml"}


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

    @property
    def chats(self) -> "Data":
        """As many chats of the same agents."""
        return replace(self, kind="chats")

    def __str__(self) -> str:
        return f"{self.rows:,} tickets of {self.agents:,} agents"


@dataclass(frozen=True, slots=True)
class Case:
    """A race. In commands, {largest} and the names of `files` and `schemes` in braces stand for paths of the run.

    `answers` names the commands that print values, which must agree before anything is timed, `same` those that must
    print the same bytes. A scheme is a file of this folder, or the number of metrics of a generated one. {workers_N}
    stands for the address of a Dask scheduler with N workers of one thread, for each N of `workers`.
    """

    group: str
    title: str
    commands: dict[str, Argv]
    against: tuple[str, ...]
    answers: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    files: Mapping[str, Data] = field(default_factory=dict)
    schemes: Mapping[str, str | int] = field(default_factory=lambda: SCHEME)
    workers: tuple[int, ...] = ()


def python(code: str) -> Argv:
    return (sys.executable, "-c", code)


def score(*data: str, scheme: str = "{scheme}") -> Argv:
    return (*KPI, "score", scheme, *(data or ("{data}",)), "--period", "2026-10", "--detail", "--format", "csv")


def peer(name: str, *options: str) -> Argv:
    return (sys.executable, str(BENCH / f"peer_{name}.py"), "{data}", *options)


def peers(*options: str) -> dict[str, Argv]:
    return {name: peer(name, *options) for name in ("duckdb", "pandas", "polars")}


def month(group: str, data: Data, told: str = "") -> Case:
    commands = {"kpi": score()} | peers()
    return Case(group, f"{group}: {data}{told}", commands, ("duckdb", "pandas"), tuple(commands), files={"data": data})


def with_arrow(case: Case) -> Case:
    """The same race, `kpi` where its kernels were not built, and the bare reading of the columns by Arrow."""
    others = {
        "kpi, by Arrow": (sys.executable, "-P", "-c", WITHOUT_KERNELS, *score()[len(KPI) :]),
        "arrow, no work": (sys.executable, str(BENCH / "only_arrow.py"), "{data}"),
    }
    return replace(case, commands=case.commands | others, answers=(*case.answers, "kpi, by Arrow"))


def keyed(data: Data) -> Case:
    commands = {"kpi": score()} | peers("--key")
    schemes = {"scheme": "scheme-key.yaml"}
    known = Case("key", f"key: {data}, one row per ticket", commands, ("duckdb", "pandas"), tuple(commands))
    return replace(known, files={"data": data}, schemes=schemes)


def with_chats(group: str, data: Data) -> Case:
    commands = {"kpi": score("{data}", "{chats}")} | peers("--chats", "{chats}")
    schemes = {"scheme": "scheme-chats.yaml"}
    known = Case(group, f"{group}: {data}, and as many chats", commands, ("duckdb", "pandas"), tuple(commands))
    return replace(known, files={"data": data, "chats": data.chats}, schemes=schemes)


def grown(case: Case, quarter: Data) -> Case:
    """The same race, and `kpi` alone on a quarter of the rows: does its time grow as they do, and its memory not?"""
    commands = case.commands | {"kpi, 1/4": score("{quarter}")}
    files = {**case.files, "quarter": quarter}
    return replace(case, commands=commands, against=(*case.against, "kpi, 1/4"), files=files)


def many_metrics(number: int, data: Data, group: str = "metrics") -> Case:
    """Only DuckDB keeps up here: its statement is written from the same list as the scheme."""
    commands = {"kpi": score(), "duckdb": peer("duckdb", "--metrics", str(number))}
    known = Case(
        group, f"{group}: {data}, {number} metric{'s' if number > 1 else ''}", commands, ("duckdb",), tuple(commands)
    )
    return replace(known, files={"data": data}, schemes={"scheme": number})


def against_one_metric(case: Case) -> Case:
    """The same race, and `kpi` alone with one metric."""
    commands = case.commands | {"kpi, 1 metric": score(scheme="{one}")}
    schemes = {**case.schemes, "one": 1}
    return replace(case, commands=commands, against=(*case.against, "kpi, 1 metric"), schemes=schemes)


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
    known = month("small", Data(SMALL, min(agents, 50)), ", against the imports of its reader")
    commands = known.commands | {"imports": python("import pandas, pyarrow.csv")}
    return replace(known, commands=commands, against=("imports", *known.against))


def workbook(data: Data) -> Case:
    """DuckDB stays out, whose reader of workbooks is fetched when it is first asked for; polars needs fastexcel."""
    names = ["pandas", *(["polars"] if find_spec("fastexcel") else [])]
    commands = {"kpi": score()} | {name: peer(name) for name in names}
    title = f"xlsx: a sheet of {data} in 20 columns"
    return Case("xlsx", title, commands, tuple(names), tuple(commands), files={"data": data})


def many_machines(data: Data) -> Case:
    elsewhere = {
        f"dask, {number}": (*score(), "--engine", "dask", "--scheduler", f"{{workers_{number}}}") for number in (1, 2)
    }
    commands = {"kpi": score()} | elsewhere
    known = Case("dask", f"dask: {data}, workers of one thread", commands, ("kpi",), same=tuple(commands))
    return replace(known, files={"data": data}, workers=(1, 2))


def cases(rows: int, agents: int) -> tuple[Case, ...]:
    """Every case; `rows` and `agents` size the main file, which the key, metrics, parquet and dask cases share."""
    main, fifth, large = Data(rows, agents), Data(rows // 5, agents), Data(rows * 4, agents)
    few, many = Data(rows, 5_000), Data(rows, MANY_AGENTS)
    return (
        *start(),
        small(agents),
        with_arrow(month("main", main)),
        with_chats("main", main),
        month("fifth", fifth),
        with_chats("fifth", fifth),
        grown(month("large", large), main),
        with_chats("large", large),
        keyed(main),
        month("agents", few),
        month("agents", many),
        many_metrics(20, many, "agents"),
        many_metrics(1, main),
        *(against_one_metric(many_metrics(number, main)) for number in (10, 40)),
        *(month("parquet", replace(data, format="parquet"), ", as Parquet") for data in (main, large)),
        workbook(Data(min(rows, SHEET), agents, "xlsx")),
        many_machines(main),
    )
