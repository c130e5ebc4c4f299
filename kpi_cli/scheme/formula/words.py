"""Cutting a formula into words: numbers with their units, texts, names, signs.

Slips that have one meaning (`&&`, full-width brackets, a single `=`) become faults and are read as what was meant,
so that the rest of the formula is checked too.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from kpi_cli.regexes import regex
from kpi_cli.scheme.formula.faults import Fault
from kpi_cli.scheme.units import LONGEST_NUMBER, SUFFIXES, UNITS_HELP, Malformed, Unit, parse_amount


class Sort(StrEnum):
    """What a word is."""

    NUMBER = "number"
    TEXT = "text"
    NAME = "name"
    SIGN = "sign"
    OPEN = "open"
    CLOSE = "close"


class Literal(Struct, frozen=True):
    """A number in base units with the unit it was written with, or a text. None: a slip that is already reported."""

    value: Fraction | str | None
    unit: Unit | None = None


class Word(Struct, frozen=True):
    """One word: its place in the formula, what Python's parser gets to see, and a literal's value."""

    sort: Sort
    start: int
    end: int
    python: str
    literal: Literal | None = None


_UNIT_WORDS = "|".join(sorted((unit for unit in SUFFIXES if unit.isalpha()), key=len, reverse=True))
_LEXEMES = regex(
    rf"""
      (?P<space>\s+)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[ \t]*(?:[%‰％]|(?:{_UNIT_WORDS})(?!\w))|(?P<tail>\w+))?)
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<name>[^\W\d]\w*)
    | (?P<sign>\*\*|//|<<|>>|:=|->|<=|>=|==|!=|[-+*/<>=%&|^~@.,:;])
    | (?P<open>[(\[{{])
    | (?P<close>[)\]}}])
    """,
    re.VERBOSE,
)
_ORDER = {"≥": ">=", "≧": ">=", "≤": "<=", "≦": "<=", "≠": "!="}
_FULL_WIDTH = dict(zip("（）［］【】，、；;＋－−—＊×／÷＜＞．", "()[][],,,,+---**//<>.", strict=True))
_OTHER_LANGUAGES = {"&&": "and", "||": "or", "<>": "!=", "!": "not", "！": "not", "！=": "!=", "=>": ">=", "=<": "<="}
_SLIPS = {**_FULL_WIDTH, **_OTHER_LANGUAGES, "＝": "==", "＝＝": "==", "＞＝": ">=", "＜＝": "<="}
_SLIP = regex("|".join(re.escape(slip) for slip in sorted(_SLIPS, key=len, reverse=True)))
_CURLY = regex("[“”„＂]([^“”„＂\n]*)[“”„＂]|[‘’＇]([^‘’＇\n]*)[‘’＇]")
_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t"}
_ODD_NUMBER = regex(r"_\w*|[eE]\d*|[xXoObB][0-9a-fA-F_]*|[jJ]")


def cut(text: str) -> tuple[list[Word], list[Fault]]:
    """Return the words of a formula and what is wrong with them."""
    cutter = _Cutter(text)
    words = list(cutter.words())
    return words, cutter.faults


class _Cutter:
    """Walks over the text once, keeping the faults it meets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[Fault] = []

    def words(self) -> Iterator[Word]:
        position = 0
        while position < len(self.text):
            word, position = self._next(position)
            if word is not None:
                yield word

    def _next(self, start: int) -> tuple[Word | None, int]:
        if self.text[start] in _ORDER:
            return Word(Sort.SIGN, start, start + 1, _ORDER[self.text[start]]), start + 1
        slip = _SLIP.match(self.text, start)
        if slip is not None and not self.text.startswith("!=", start):
            return self._slip(start, slip[0]), slip.end()
        curly = _CURLY.match(self.text, start)
        if curly is not None:
            return self._curly(curly), curly.end()
        found = _LEXEMES.match(self.text, start)
        if found is None:
            return self._stranger(start)
        return self._word(found), found.end()

    def _word(self, found: "re.Match[str]") -> Word | None:
        start, end = found.span()
        if found["space"] is not None:
            return None
        if found["number"] is not None:
            return Word(Sort.NUMBER, start, end, "0", self._number(found))
        if found["text"] is not None:
            return Word(Sort.TEXT, start, end, "''", Literal(self._unescaped(start, found[0])))
        sort = (
            Sort.NAME if found["name"] else Sort.SIGN if found["sign"] else Sort.OPEN if found["open"] else Sort.CLOSE
        )
        return Word(sort, start, end, found[0])

    def _fault(self, start: int, end: int, message: str, help_: str | None) -> None:
        self.faults.append(Fault(start, max(1, end - start), "syntax", message, help_))

    def _number(self, found: "re.Match[str]") -> Literal:
        written, tail = found["number"], found["tail"]
        if tail:
            self._odd_number(found)
            return Literal(None)
        try:
            value, unit = parse_amount(written)
        except Malformed:
            message = f"a number of more than {LONGEST_NUMBER} digits"
            self._fault(found.start(), found.end(), message, "write it with fewer digits")
            return Literal(None)
        return Literal(value, unit)

    def _odd_number(self, found: "re.Match[str]") -> None:
        """Report a number with letters behind it, such as `1_000`, `1e5` or `30sec`."""
        written, tail = found["number"], found["tail"]
        if _ODD_NUMBER.fullmatch(tail):
            help_ = "write the digits alone, such as 1000 or 0.001"
            self._fault(found.start(), found.end(), f"`{written}` is not a plain number", help_)
        else:
            self._fault(found.start("tail"), found.end(), f"no unit `{tail}`", UNITS_HELP)

    def _unescaped(self, start: int, written: str) -> str:
        def replaced(found: "re.Match[str]") -> str:
            if found[1] not in _ESCAPES:
                at = start + 1 + found.start()
                self._fault(at, at + 2, f"`{found[0]}` means nothing", f"write `\\{found[0]}` for a backslash")
            return _ESCAPES.get(found[1], found[1])

        return re.sub(r"\\(.)", replaced, written[1:-1])

    def _slip(self, start: int, slip: str) -> Word:
        meant = _SLIPS[slip]
        self._fault(start, start + len(slip), f"`{slip}` is not a sign of formulas", f"write `{meant}`")
        sort = Sort.OPEN if meant in "([" else Sort.CLOSE if meant in ")]" else Sort.SIGN
        if meant in {"and", "or", "not"}:
            return Word(Sort.NAME, start, start + len(slip), meant)
        return Word(sort, start, start + len(slip), meant)

    def _curly(self, found: "re.Match[str]") -> Word:
        inner = found[1] if found[1] is not None else found[2]
        self._fault(found.start(), found.end(), f"{found[0]} is in curly quotes", f'write "{inner}"')
        return Word(Sort.TEXT, found.start(), found.end(), "''", Literal(inner))

    def _stranger(self, start: int) -> tuple[None, int]:
        letter = self.text[start]
        if letter in "\"'":
            self._fault(start, len(self.text), "this text has no closing quote", f"end it with {letter}")
            return None, len(self.text)
        shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
        self._fault(start, start + 1, f"`{shown}` means nothing in a formula", "take it out")
        return None, start + 1
