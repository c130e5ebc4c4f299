"""A formula as Python's syntax tree, every part of which still knows its place in the text as it was written."""

import ast
import keyword
from collections.abc import Iterable

from msgspec import Struct, field

from kpi_cli.scheme.formula.faults import Fault, Place
from kpi_cli.scheme.formula.grammar import proofread
from kpi_cli.scheme.formula.vocabulary import WORDS
from kpi_cli.scheme.formula.words import Literal, Word, cut

LONGEST_FORMULA = 5000  # characters
DEEPEST = 100  # levels of a formula: checking and computing it descend as far
LONGEST_EXCERPT = 48


class Reading(Struct):
    """One formula being checked: its text, its tree (None when it is not an expression) and the faults so far."""

    text: str
    tree: ast.expr | None = None
    faults: list[Fault] = field(default_factory=list)
    starts: dict[int, Word] = field(default_factory=dict)  # by byte offset in the tree
    ends: dict[int, Word] = field(default_factory=dict)

    def place(self, node: ast.expr | ast.keyword) -> Place:
        """Return where a part stands in the text."""
        start = self.starts[node.col_offset].start
        end = self.ends[node.end_col_offset or 0].end
        return Place(start, end - start)

    def literal(self, node: ast.Constant) -> Literal:
        """Return the value of a number or text."""
        return self.starts[node.col_offset].literal or Literal(None)

    def excerpt(self, node: ast.expr) -> str:
        """Return a part as it was written, on one line and cut when long."""
        place = self.place(node)
        words = " ".join(self.text[place.offset : place.offset + place.width].split())
        return words if len(words) <= LONGEST_EXCERPT else f"{words[: LONGEST_EXCERPT - 3]}..."

    def fault(self, node: ast.expr | ast.keyword, code: str, message: str, help_: str | None = None) -> None:
        """Report what is wrong with a part."""
        place = self.place(node)
        self.faults.append(Fault(place.offset, place.width, code, message, help_))

    def sorted_faults(self) -> tuple[Fault, ...]:
        """Return every fault once, in the order of the text."""
        return tuple(sorted(dict.fromkeys(self.faults), key=lambda fault: (fault.offset, fault.width)))


def read(text: str) -> Reading:
    """Read a formula as one expression; line breaks are spaces."""
    if len(text) > LONGEST_FORMULA:
        message = f"a formula of more than {LONGEST_FORMULA} characters"
        return Reading(text, faults=[Fault(0, 1, "syntax", message, "split it into metrics of their own")])
    words, slips = cut(text)
    if not words:
        return Reading(text, faults=slips or [Fault(0, 1, "syntax", "the formula is empty")])
    page = proofread(words, text)
    reading = Reading(text, faults=[*slips, *page.faults])
    if page.readable:
        _parse(reading, page.words)
    return reading


def _parse(reading: Reading, words: list[Word]) -> None:
    source, lead = _python(reading, words)
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        _unreadable(reading, words, _word_at(lead, error))
        return
    if _too_deep(tree):
        reading.fault(tree, "syntax", f"more than {DEEPEST} levels deep", "split it into metrics of their own")
    else:
        reading.tree = tree


def _python(reading: Reading, words: Iterable[Word]) -> tuple[str, list[tuple[int, Word]]]:
    """Join the words for Python's parser; note where each begins and ends in bytes, and begins in characters."""
    parts: list[str] = []
    lead: list[tuple[int, Word]] = []
    position = characters = 0
    for word in words:
        size = len(word.python.encode())
        reading.starts[position] = reading.ends[position + size] = word
        lead.append((characters, word))
        position, characters = position + size + 1, characters + len(word.python) + 1
        parts.append(word.python)
    return " ".join(parts), lead


def _word_at(lead: list[tuple[int, Word]], error: BaseException) -> Word | None:
    offset = error.offset if isinstance(error, SyntaxError) else None
    upto = [word for start, word in lead if offset is not None and start < offset]
    return upto[-1] if upto else None


def _unreadable(reading: Reading, words: list[Word], word: Word | None) -> None:
    foreign = [word for word in words if keyword.iskeyword(word.python) and word.python not in WORDS]
    for found in foreign:
        message = f"`{found.python}` is not a word of formulas"
        help_ = "count or average some rows with `where=`, or make two metrics" if found.python == "if" else None
        reading.faults.append(Fault(found.start, found.end - found.start, "not-allowed", message, help_))
    if not foreign:
        place = word or words[0]
        message = "this cannot be read as an expression"
        reading.faults.append(Fault(place.start, place.end - place.start, "syntax", message))


def _too_deep(tree: ast.expr) -> bool:
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True
