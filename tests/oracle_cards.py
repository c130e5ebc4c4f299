"""The oracle's second half: from every agent's rows to the summary and the detail, in the contract's form.

The free-text columns `notes` and `note` are left out.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from oracle import Line, Measured, Person, Result, Row, Rulebook, fixed, half_up, plain

SUMMARY = "period,agent_id,agent_name,team,scorecard,score,grade,coefficient,rank,of,coverage,status"
DETAIL = "period,agent_id,agent_name,scorecard,dimension,metric,label,value,n,target,score,weight,points,status"

Table = list[list[str]]


def score(book: Rulebook, people: Sequence[Person], rows: Mapping[str, Sequence[Row]]) -> tuple[Table, Table]:
    """Return summary and detail (without headers) of everybody in `people`; `rows` are the used rows by id."""
    summary: Table = []
    detail: Table = []
    for name, lines in book.cards.items():
        members = [Result(person) for person in people if person.card == name]
        results = _sheet(book, lines, members, rows)
        summary += [_summary(book, name, result) for result in results]
        detail += [row for result in results for row in _details(book, name, lines, result)]
    rest = sorted((person for person in people if person.card not in book.cards), key=lambda p: p.id)
    summary += [[book.period, p.id, p.name, p.team, *[""] * 7, "unassigned"] for p in rest]
    return summary, detail


def _sheet(
    book: Rulebook, lines: Sequence[Line], members: list[Result], rows: Mapping[str, Sequence[Row]]
) -> list[Result]:
    for result in members:
        own = rows.get(result.person.id, ())
        result.measured = [line.measure(own) for line in lines]
        result.status = "scored" if own else "no_data"
    for position, line in enumerate(lines):
        everyone = [value for result in members if (value := _counting(line, result.measured[position])) is not None]
        for result in members:
            result.scores.append(_score(book, line, result.measured[position], everyone))
    for result in members:
        _add_up(book, lines, result)
    _rank([result for result in members if result.status == "scored"])
    _grade(book, [result for result in members if result.status == "scored"])
    return sorted(members, key=lambda result: (result.rank or len(members) + 1, result.person.id))


def _counting(line: Line, measured: Measured) -> Fraction | None:
    """Return the value, unless its sample is too small to count."""
    value, evidence = measured
    small = line.min_sample is not None and evidence is not None and evidence < line.min_sample
    return None if small else value


def _score(book: Rulebook, line: Line, measured: Measured, everyone: Sequence[Fraction]) -> Fraction | None:
    value = _counting(line, measured)
    if value is None:
        return {"skip": None, "zero": Fraction(0), "full": Fraction(100)}[line.missing]
    held = min(max(line.rule(value, everyone), book.floor), book.cap)
    return half_up(held, book.metric_decimals)


def _add_up(book: Rulebook, lines: Sequence[Line], result: Result) -> None:
    weighted = [(s, line.weight) for s, line in zip(result.scores, lines, strict=True) if s is not None]
    weight = sum((w for _, w in weighted), Fraction(0))
    result.coverage = weight * 100 / sum(line.weight for line in lines)
    if weight:
        result.total = half_up(sum((s * w for s, w in weighted), Fraction(0)) / weight, book.total_decimals)
    if result.status == "scored" and result.coverage < book.min_coverage:
        result.status = "incomplete"


def _rank(results: Sequence[Result]) -> None:
    for result in results:
        result.rank = 1 + sum(_total(other) > _total(result) for other in results)
        result.of = len(results)


def _total(result: Result) -> Fraction:
    assert result.total is not None
    return result.total


def _grade(book: Rulebook, results: Sequence[Result]) -> None:
    """The first band whose `min` is reached; then quotas, best band first: who does not fit falls to the next."""
    for result in results:
        reached = (i for i, band in enumerate(book.bands) if band.min is None or _total(result) >= band.min)
        result.grade = next(reached, -1)
    for position, band in enumerate(book.bands):
        if band.at_most is not None:
            places = int(band.at_most * len(results))
            inside = [result for result in results if result.grade == position]
            for result in inside:
                # A tie on the last place counts as a whole: all of it fits or all of it falls.
                if sum(_total(other) >= _total(result) for other in inside) > places:
                    result.grade = -position - 2
            for result in inside:
                result.grade = -result.grade - 1 if result.grade < -1 else result.grade


def _summary(book: Rulebook, card: str, result: Result) -> list[str]:
    person = result.person
    start = [book.period, person.id, person.name, person.team, card]
    if result.status == "no_data":
        return [*start, *[""] * 6, "no_data"]
    points = "" if result.total is None else fixed(result.total, book.total_decimals)
    band = book.bands[result.grade] if result.rank and result.grade >= 0 else None
    grade = [band.grade, band.coefficient] if band else ["", ""]
    standing = [str(result.rank), str(result.of)] if result.rank else ["", ""]
    return [*start, points, *grade, *standing, plain(result.coverage), result.status]


def _details(book: Rulebook, card: str, lines: Sequence[Line], result: Result) -> Table:
    return [
        [
            *[book.period, result.person.id, result.person.name, card, line.dimension, line.metric, line.label],
            "" if measured[0] is None else plain(measured[0]),
            "" if measured[1] is None else str(measured[1]),
            line.target.text if line.target else "",
            "" if points is None else fixed(points, book.metric_decimals),
            plain(line.weight),
            "" if points is None else plain(points * line.weight / 100),
            _status(line, measured),
        ]
        for line, measured, points in zip(lines, result.measured, result.scores, strict=True)
    ]


def _status(line: Line, measured: Measured) -> str:
    if measured[0] is None:
        return "missing"
    if _counting(line, measured) is None:
        return "small_sample"
    if line.target is None:
        return ""
    return "met" if line.target.met(measured[0]) else "missed"
