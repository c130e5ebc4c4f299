"""Faults that show between neighbouring words, told in the formula's own terms before Python's parser sees them."""

import keyword
from collections.abc import Callable
from itertools import pairwise

from msgspec import Struct, field
from msgspec.structs import replace

from kpi_cli.scheme.formula.faults import Fault
from kpi_cli.scheme.formula.words import Sort, Word
from kpi_cli.scheme.units import UNITS_HELP

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CONSTANT_WORDS = frozenset({"True", "False", "None"})
_BINARY = frozenset({"*", "/", "//", "%", "<", ">", "<=", ">=", "==", "!=", "and", "or"})
_OPEN_ENDED = frozenset({"and", "or", "not", "in", "is"})
_ARGUMENTS = frozenset({"where", "by"})
_SHOUTED = {"AND": "and", "OR": "or", "NOT": "not", "IN": "in", "And": "and", "Or": "or", "Not": "not"}


class Proofread(Struct):
    """The words as they were meant, what is wrong, and whether Python's parser can make sense of them."""

    words: list[Word]
    faults: list[Fault] = field(default_factory=list)
    readable: bool = True

    def fault(self, word: Word, message: str, help_: str | None) -> None:
        """Report a fault; what was meant is clear."""
        self.faults.append(Fault(word.start, word.end - word.start, "syntax", message, help_))

    def stop(self, word: Word, message: str, help_: str | None = None) -> None:
        """Report a fault that leaves no sense in the whole."""
        self.readable = False
        self.fault(word, message, help_)


def proofread(words: list[Word], text: str) -> Proofread:
    """Mend what has one meaning, report what has none."""
    page = Proofread(words)
    for step in (_operators_in_capitals, _single_equals):
        step(page)
    _brackets(page)
    _neighbours(page, text)
    _ends(page)
    return page


def _is_word_operator(word: Word) -> bool:
    return word.sort is Sort.NAME and keyword.iskeyword(word.python) and word.python not in _CONSTANT_WORDS


def _ends_operand(word: Word) -> bool:
    if word.sort is Sort.NAME:
        return not _is_word_operator(word)
    return word.sort in {Sort.NUMBER, Sort.TEXT, Sort.CLOSE}


def _starts_operand(word: Word) -> bool:
    if word.sort is Sort.NAME:
        return not _is_word_operator(word)
    return word.sort in {Sort.NUMBER, Sort.TEXT}


def _operators_in_capitals(page: Proofread) -> None:
    """Read `a AND b` as `a and b`: it can be nothing else, for two names never stand side by side."""
    for index, word in enumerate(page.words):
        meant = _SHOUTED.get(word.python) if word.sort is Sort.NAME else None
        if meant is None or (index and page.words[index - 1].python == "."):
            continue
        before = index > 0 and _ends_operand(page.words[index - 1])
        following = page.words[index + 1] if index + 1 < len(page.words) else None
        after = following is not None and (_starts_operand(following) or following.sort is Sort.OPEN)
        if after if meant == "not" else before:
            page.fault(word, f"`{word.python}` is written in small letters", f"write `{meant}`")
            page.words[index] = replace(word, python=meant)


def _single_equals(page: Proofread) -> None:
    """`=` names an argument, as in `where=`; anywhere else a comparison was meant."""
    calls: list[bool] = []
    for index, word in enumerate(page.words):
        before = page.words[index - 1] if index else None
        if word.sort is Sort.OPEN:
            calls.append(word.python == "(" and before is not None and before.sort is Sort.NAME)
        elif word.sort is Sort.CLOSE and calls:
            calls.pop()
        elif word.python == "=" and not (calls and calls[-1] and _names_an_argument(page.words, index)):
            page.fault(word, "`=` does not compare", "write `==`")
            page.words[index] = replace(word, python="==")


def _names_an_argument(words: list[Word], index: int) -> bool:
    """Whether the `=` at `index` follows a lone name at the start of an argument."""
    name, opener = words[index - 1], words[index - 2] if index > 1 else None
    return name.sort is Sort.NAME and opener is not None and opener.python in {"(", ","}


def _brackets(page: Proofread) -> None:
    opened: list[Word] = []
    for word in page.words:
        if word.sort is Sort.OPEN:
            opened.append(word)
        elif word.sort is Sort.CLOSE:
            if not opened:
                page.stop(word, f"`{word.python}` closes nothing", "take it out, or open it before")
                return
            opener = opened.pop()
            if _PAIRS[opener.python] != word.python:
                page.stop(word, f"`{opener.python}` is closed by `{word.python}`", f"write `{_PAIRS[opener.python]}`")
                return
    for word in opened:
        page.stop(word, f"`{word.python}` is never closed", f"close it with `{_PAIRS[word.python]}`")


def _neighbours(page: Proofread, text: str) -> None:
    for left, right in pairwise(page.words):
        if _ends_operand(left) and (_starts_operand(right) or _uncallable(left, right)):
            _missing_operator(page, left, right, lambda word: text[word.start : word.end])
        elif _lacks_operand(left) and right.python in _BINARY and not _argument_star(left, right):
            shown = (text[left.start : left.end], text[right.start : right.end])
            page.stop(right, f"something is missing between `{shown[0]}` and `{shown[1]}`")


def _uncallable(left: Word, right: Word) -> bool:
    return left.sort in {Sort.NUMBER, Sort.TEXT} and right.sort is Sort.OPEN


def _lacks_operand(word: Word) -> bool:
    return word.sort in {Sort.SIGN, Sort.OPEN} or (_is_word_operator(word) and word.python != "is")


def _argument_star(left: Word, right: Word) -> bool:
    return left.python in {"(", ",", "["} and right.python in {"*", "**"}


def _missing_operator(page: Proofread, left: Word, right: Word, shown: Callable[[Word], str]) -> None:
    one, other = shown(left), shown(right)
    if left.sort is Sort.NUMBER and right.sort is Sort.NAME and not one.endswith(("%", "‰")):
        page.stop(right, f"no unit `{other}`", UNITS_HELP)
    elif left.sort is Sort.NAME and right.sort is Sort.TEXT and left.end == right.start:
        page.stop(left, f"texts take no prefix `{one}`", "write the text in quotes alone")
    else:
        help_ = "`%` behind a number means percent" if one.endswith("%") else None
        if _ARGUMENTS & {one, other}:
            help_ = "a condition is named after a comma: `, where=...`"
        page.stop(right, f"an operator is missing between `{one}` and `{other}`", help_)


def _ends(page: Proofread) -> None:
    first, last = page.words[0], page.words[-1]
    if first.python in _BINARY:
        page.stop(first, f"something is missing before `{first.python}`")
    if last.sort is Sort.SIGN or last.python in _OPEN_ENDED:
        page.stop(last, f"something is missing after `{last.python}`")
