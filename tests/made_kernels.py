"""Blocks of CSV for the kernels in C: plain ones with what their cells mean, rough ones, and large ones."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import ModuleType

import pytest
from hypothesis import strategies as st
from made_cells import NO_DATA, ODD, PLAIN, SPELLINGS, Cell

from kpi_cli.intake.cells.compiled import Kernels
from kpi_cli.intake.cells.fast import Plan
from kpi_cli.intake.cells.routes import Records, Route
from kpi_cli.kernels import compiled

DELIMITERS = (",", ";", "\t", "|")


def kernels() -> ModuleType:
    """Return the compiled module; an installation that has none skips the test."""
    if compiled is None:
        pytest.skip("this installation was built without the kernels in C")
    return compiled


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes of CSV, and how they are asked for."""

    data: bytes
    width: int
    delimiter: str
    routes: Mapping[int, Route]
    raw: bool = False

    @property
    def plan(self) -> Plan:
        """How Arrow reads it."""
        return Plan(self.width, self.delimiter, dict(self.routes), self.raw)

    def by_kernels(self) -> Records | None:
        """Read it where it stands among other bytes, as blocks are cut out of them."""
        before = len(self.data) % 5
        within = memoryview(b'"' * before + self.data + b'"')
        reader = Kernels(self.width, self.delimiter, self.raw)
        return reader.read(within[before : before + len(self.data)], self.routes)


def written(rows: Sequence[Sequence[str]], delimiter: str, end: str) -> bytes:
    """Return rows as Python writes them."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode()


def parsed(data: bytes | memoryview, delimiter: str) -> list[list[str]]:
    """Return rows as Python reads them."""
    return list(csv.reader(io.StringIO(bytes(data).decode(), newline=""), delimiter=delimiter))


@dataclass(frozen=True, slots=True)
class Dialect:
    """How rows are written: of three cells so many are quoted without need, again and again up to so many bytes."""

    delimiter: str
    ends: Sequence[str]
    quoted: int
    open: bool  # without the last line feed
    size: int

    def cell(self, text: str, number: int) -> str:
        needed = any(mark in text for mark in (self.delimiter, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if needed or number % 3 < self.quoted else text

    def lines(self, rows: Sequence[Sequence[Cell]]) -> list[str]:
        return [
            self.delimiter.join(self.cell(text, row + column) for column, (text, _) in enumerate(cells))
            + self.ends[row % len(self.ends)]
            for row, cells in enumerate(rows)
        ]

    def copies(self, lines: Sequence[str]) -> int:
        """Return how often they are written."""
        return max(1, -(-self.size // len("".join(lines).encode())))


DIALECTS = st.builds(
    Dialect,
    st.sampled_from(DELIMITERS),
    st.sampled_from([("\n",), ("\n",), ("\r\n",), ("\n", "\r\n", "\n")]),
    st.sampled_from([0, 0, 1, 2, 3]),
    st.booleans(),
    st.sampled_from([0] * 9 + [300] * 6 + [5000] * 2 + [66_000, 140_000]),
)
ROUTES = st.lists(st.sampled_from(Route), min_size=2, max_size=5) | st.lists(
    st.sampled_from(Route), min_size=6, max_size=20
)


@st.composite
def plain_blocks(draw: st.DrawFn) -> tuple[Block, list[list[object]]]:
    """Return a block that the kernels are there for, and what the cells of each of its columns mean."""
    routes, dialect, raw = draw(ROUTES), draw(DIALECTS), draw(st.booleans())
    cells = [PLAIN[route] if raw else PLAIN[route] | PLAIN[route] | NO_DATA for route in routes]
    rows = draw(st.lists(st.tuples(*cells), min_size=1, max_size=6))
    lines = dialect.lines(rows)
    copies = dialect.copies(lines)
    text = "".join(lines) * copies
    if dialect.open and not text.rstrip("\r\n").endswith('"'):  # such an end is left to Arrow
        text = text.removesuffix("\n").removesuffix("\r")
    meant = [
        [None if not raw and cells[place][0] in SPELLINGS else cells[place][1] for cells in rows] * copies
        for place in range(len(routes))
    ]
    return Block(text.encode(), len(routes), dialect.delimiter, dict(enumerate(routes)), raw), meant


_SNIPPETS = ['"', '""', "\r", "\n", "\r\n", "\0", ",", ";", "x", '"\n"', " ", "小"]


@st.composite
def rough_blocks(draw: st.DrawFn) -> Block:
    """Return a plain block but for one cell of any kind, and for its quotes and line ends damaged now and then."""
    routes, dialect, raw = draw(ROUTES), draw(DIALECTS), draw(st.booleans())
    rows = draw(st.lists(st.tuples(*(PLAIN[route] for route in routes)).map(list), min_size=1, max_size=4))
    place = draw(st.integers(0, len(routes) - 1))
    draw(st.sampled_from(rows))[place] = (draw(ODD[routes[place]]), None)
    lines = dialect.lines(rows)
    text = "".join(lines * dialect.copies(lines))
    if draw(st.integers(0, 2)) == 0:
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(_SNIPPETS)) + text[at:]
    text = text[:-1] if dialect.open else text
    asked = dict(enumerate(routes)) if draw(st.booleans()) else {place: routes[place]}
    return Block(text.encode(), len(routes), dialect.delimiter, asked, raw)


_REGULAR = [
    *("a,b\n", '"a,b",c\r\n', '"a""b","c\nd"\n', "é,中\n", ",\n", '"",""\n', '"""","\r\n"\r\n'),
    *("x" * 40 + ",y\n", '"x",\n'),
]
_DAMAGE = [
    "a,b,c\n",
    "a\n",
    "a\nb\n",
    "\n",
    '"a"b,c\n',
    'a"b,c\n',
    "a\rb,c\n",
    '"',
    '""',
    "\r",
    "\0",
    "a,b\r",
    'a,"b',
    "a,b",
]
PAIRS: st.SearchStrategy[str] = st.builds(
    lambda size, regular, place, damage: "".join(["x" * size, ",\n", *regular[:place], damage, *regular[place:]]),
    st.integers(0, 63),
    st.lists(st.sampled_from(_REGULAR), max_size=30),
    st.integers(0, 30),
    st.sampled_from([""] * len(_DAMAGE) + _DAMAGE),
)
"""Records of two cells, written in every way there is, with one damage at most; they begin anywhere in 64 bytes."""


def large_block(seed: int) -> Block:
    """Return a block over several stretches of 64 KiB, with thousands of words."""
    dice = Random(seed)  # noqa: S311 - nothing secret
    width, delimiter = dice.randint(2, 20), dice.choice(DELIMITERS)
    words = [dice.randint(1, 6000) for _ in range(width)]
    size = dice.randint(70_000, 250_000)
    rows: list[list[str]] = []
    while size > 0:
        rows.append([_word(dice.randrange(most)) for most in words])
        size -= sum(map(len, rows[-1])) + width
    routes = {place: dice.choice((Route.TEXT, Route.CODED)) for place in range(width)}
    data = written(rows, delimiter, dice.choice(("\n", "\r\n")))
    return Block(data, width, delimiter, routes, raw=dice.random() < 0.5)


def _word(number: int) -> str:
    """Return one of many words: of any length up to 40, a third of them alike at both ends."""
    if number % 3 == 0:
        return f"begins so {number:05} ends so" if number else ""
    mark = '"' if number % 7 == 0 else "\n" if number % 11 == 0 else "小" if number % 5 == 0 else ""
    return f"{mark}{number * 2654435761 % (1 << 32):x}".ljust(number % 41, "x")
