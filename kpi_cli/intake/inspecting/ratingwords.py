"""Ratings and answers written as words -> the numbers, or yes and no, that they stand for.

The scales are those of real forms, best word first. Where the words seen leave open how long the scale is, or which
word is better, its owner is asked.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from msgspec import Struct

from kpi_cli.intake.inspecting import headerwords
from kpi_cli.intake.inspecting.evidence import Evidence, Form
from kpi_cli.intake.inspecting.inspection import ColumnEntry
from kpi_cli.intake.inspecting.settled import Settled, asking, folded, no_data
from kpi_cli.scheme.compiled import ColumnType

_MOSTLY = Fraction(7, 10)
_MOST_WORDS, _LONGEST = 7, 24  # of a scale that is not known
_PAIR: Final = 2
_KEPT: Final = frozenset(  # whether a promise was kept
    {
        *(("within sla", "sla violated"), ("not violated", "violated"), ("met", "missed"), ("met", "breached")),
        *(("met", "not met"), ("on time", "late"), ("on time", "overdue"), ("achieved", "breached"), ("pass", "fail")),
    }
)
_DONE, _UNDONE = re.compile(r"^(?:已经?|有)?(.+)$"), re.compile(r"^(?:尚未|未|没有?|不|无)(.+)$")


class _Scale(Struct, frozen=True):
    """The words of a scale, best first, and the number of the best; each further one is one less."""

    top: int
    words: tuple[str, ...]

    @property
    def numbers(self) -> Mapping[str, int]:
        return {folded(word): self.top - place for place, word in enumerate(self.words)}


def _scales(*lines: str) -> tuple[_Scale, ...]:
    found = []
    for line in lines:
        top, _, listed = line.partition(": ")
        found.append(_Scale(int(top), tuple(listed.split(", "))))
    return tuple(sorted(found, key=lambda scale: len(scale.words)))


_SCALES: Final = _scales(
    "1: 满意, 不满意",
    "1: 满意, 不满",
    "1: 好评, 差评",
    "1: good, bad",
    "1: satisfied, dissatisfied",
    "1: satisfied, unsatisfied",
    "1: happy, unhappy",
    "1: positive, negative",
    "1: thumbs up, thumbs down",
    "1: rated good, rated bad",
    "3: 好评, 中评, 差评",
    "3: 满意, 一般, 不满意",
    "3: 满意, 一般, 不满",
    "3: 满意, 一般, 失望",
    "3: 好, 中, 差",
    "3: 好, 一般, 差",
    "3: good, neutral, bad",
    "3: great, okay, not good",
    "3: good, average, poor",
    "3: happy, neutral, unhappy",
    "3: positive, neutral, negative",
    "3: satisfied, neutral, dissatisfied",
    "3: satisfied, neutral, unsatisfied",
    "5: 优秀, 良好, 及格, 不及格",
    "5: 优秀, 良好, 合格, 不合格",
    "4: 优, 良, 中, 差",
    "4: excellent, good, fair, poor",
    "4: very satisfied, satisfied, dissatisfied, very dissatisfied",
    "5: 很满意, 满意, 一般, 不满意, 很不满意",
    "5: 很满意, 满意, 一般, 不满, 很不满",
    "5: 非常满意, 满意, 一般, 不满意, 非常不满意",
    "5: 非常满意, 满意, 一般, 不满, 非常不满",
    "5: 非常满意, 比较满意, 一般, 不满意, 非常不满意",
    "5: 非常满意, 比较满意, 一般, 比较不满意, 非常不满意",
    "5: very satisfied, satisfied, neutral, dissatisfied, very dissatisfied",
    "5: very satisfied, satisfied, neutral, unsatisfied, very unsatisfied",
    "5: very good, good, neutral, bad, very bad",
    "5: very good, good, average, poor, very poor",
    "5: excellent, good, average, poor, terrible",
    "5: excellent, good, average, poor, very poor",
    "5: excellent, good, fair, poor, very poor",
    "5: amazing, great, okay, bad, terrible",
)


def read_words(column: Evidence) -> Settled | None:
    """Settle a column of words that rate; None where they do not, as far as is known."""
    words = {word: count for word, count in (column.words or {}).items() if not no_data(word)}
    if not words or column.forms[Form.NUMBER] == column.sampled:
        return None
    without = tuple(sorted(word for word in column.words or {} if no_data(word)))
    rating = {word: count for word, count in words.items() if any(folded(word) in scale.numbers for scale in _SCALES)}
    alone = len(words) < _PAIR and not headerwords.is_rating(column.header)
    if alone or sum(rating.values()) < _MOSTLY * sum(words.values()):
        return _answers(column, words) or _unknown(column, words, without)
    if (answers := _answers(column, words)) and not any(_is_whole(scale, words) for scale in _SCALES):
        return answers
    fits = [scale for scale in _SCALES if all(folded(word) in scale.numbers for word in rating)]
    strays = [word for word in words if word not in rating]
    entry = ColumnEntry((column.header,), ColumnType.NUMBER, missing=(*without, *strays))
    if not fits:
        why = f"{_listed(rating)} are of several scales"
        return asking(column, why, _mapped(entry, _any_numbers(rating)), "or numbers of your own")
    mapped = _mapped(entry, _numbers(fits[0], rating))
    if strays:
        why = f"{_listed(rating)} rate, {_listed(strays)} may not"
        return asking(column, why, mapped, "what rates goes into `map:`, what means no data into `missing:`")
    seen = {folded(word) for word in rating}
    if len(seen) < len(fits[0].words) and len({len(scale.words) for scale in fits}) > 1:
        why = f"{_listed(rating)}: of a scale of {_lengths(fits)} words?"
        return asking(column, why, mapped, "with every word of the scale")
    return Settled(mapped, sum(rating.values()), "words that rate", odd={})


def _is_whole(scale: _Scale, words: Iterable[str]) -> bool:
    return set(scale.numbers) == {folded(word) for word in words}


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in list(words)[:5])


def _lengths(fits: Sequence[_Scale]) -> str:
    *lengths, last = sorted({len(scale.words) for scale in fits})
    return f"{', '.join(map(str, lengths))} or {last}"


def _mapped(entry: ColumnEntry, numbers: Mapping[str, int]) -> ColumnEntry:
    told = tuple((word, str(number)) for word, number in numbers.items())
    return ColumnEntry(entry.headers, entry.type, missing=entry.missing, map=told)


def _numbers(scale: _Scale, seen: Iterable[str]) -> Mapping[str, int]:
    """Return the numbers of a whole scale, words that were seen as they are written, the others alike."""
    spelled: dict[str, list[str]] = {}
    for word in seen:
        spelled.setdefault(folded(word), []).append(word)
    capital = all(word[:1].isupper() for words in spelled.values() for word in words)
    found = {}
    for word in scale.words:
        unseen = [word.capitalize() if capital else word]
        found.update(dict.fromkeys(sorted(spelled.get(folded(word), unseen)), scale.numbers[folded(word)]))
    return found


def _any_numbers(seen: Iterable[str]) -> Mapping[str, int]:
    """Return the numbers of words that no one scale holds: each of the longest scale that has it."""
    found = {}
    for word in seen:
        scale = next(scale for scale in reversed(_SCALES) if folded(word) in scale.numbers)
        found[word] = scale.numbers[folded(word)]
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def _answers(column: Evidence, words: Mapping[str, int]) -> Settled | None:
    """Return yes and no for two words of which one denies the other, as `已解决` and `未解决`."""
    if len(words) != _PAIR:
        return None
    for yes, no in (tuple(words), tuple(words)[::-1]):
        denied, done = _UNDONE.match(no), _DONE.match(yes)
        denies = bool(denied and done and denied[1] in {yes, done[1]} and not headerwords.is_status(column.header))
        if denies or (folded(yes), folded(no)) in _KEPT:
            entry = ColumnEntry((column.header,), ColumnType.BOOLEAN, map=((yes, "yes"), (no, "no")))
            return Settled(entry, sum(words.values()), "one word denies the other", odd={})
    return None


def _unknown(column: Evidence, words: Mapping[str, int], without: tuple[str, ...]) -> Settled | None:
    """Ask about few short words below a header that speaks of ratings."""
    few = _PAIR <= len(words) <= _MOST_WORDS and max(map(len, words)) <= _LONGEST
    if not few or not headerwords.is_rating(column.header) or column.forms[Form.WORD] < column.sampled:
        return None
    numbers = {word: len(words) - place for place, word in enumerate(words)}
    entry = ColumnEntry((column.header,), ColumnType.NUMBER, missing=without)
    why = f"{_listed(words)} may rate, and which is better is not known"
    return asking(column, why, _mapped(entry, numbers), "with numbers in your order")
