"""Laws of cases: a plain reading of the events by the book, whatever the order of rows, the files and the blocks."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from made_case_rows import CaseRow, case_rows

START = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
KINDS = ["customer", "agent", "bot", "resolved", ""]
few = settings(max_examples=120, deadline=None)


@dataclass(frozen=True, slots=True)
class Event:
    number: int
    case: str
    kind: str
    who: str
    at: datetime

    @property
    def line(self) -> str:
        return f"{self.number},{self.case},{self.kind},{self.who},{self.at:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a case begins anew, in the scheme and in words of Python."""

    written: str
    silence: timedelta | None = None
    over: str | None = None
    when: str | None = None


RULES = [
    Rule("same_case"),
    Rule("{after: 2h}", silence=2 * HOUR),
    Rule('{after: 2h, when: kind == "customer"}', silence=2 * HOUR, when="customer"),
    Rule('{after: kind == "resolved"}', over="resolved"),
    Rule('{after: kind == "resolved", when: kind == "customer"}', over="resolved", when="customer"),
    Rule('{after: kind == "agent", when: kind == "customer"}', over="agent", when="customer"),
    Rule('{when: kind == "customer"}', when="customer"),
]
SCHEME = """\
kpi: 1
name: Laws
timezone: UTC
sources:
  log:
    files: "log*.csv"
    key: id
    empty: zero
    columns: {id: id, case: case, kind: kind, who: who, at: {from: at, type: datetime}}
  chats:
    cases:
      of: log
      by: case
      at: at
      where: kind != "bot" or missing(kind)
      reopen: RULE
    agent: agent
    time: opened
    columns:
      agent: first_of(who, where=kind == "agent", after=kind == "customer")
      opened: first_of(at)
      lasted: last_of(at) - opened
      last_who: last_of(who)
      first: response_first(kind == "customer", kind == "agent")
      avg: response_mean(kind == "customer", kind == "agent")
      turns: response_count(kind == "customer", kind == "agent")
      ends: reopenings(kind == "resolved")
      solved: time_in(kind == "resolved")
      nth: episode_number()
      sent: count(log, where=kind == "agent")
      hands: unique(who)
metrics: {m: {formula: count(chats), target: ≥ 1}}
scorecards: {all: {weights: {m: 100}}}
grades: [{grade: A, coefficient: 1}]
"""
HEADER = "id,case,kind,who,at\n"


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    """Times on a grid of half hours, so that many events share one."""
    drawn = st.tuples(
        st.sampled_from(["a", "b", "c1", "客"]),
        st.sampled_from(KINDS),
        st.sampled_from(["ann", "bob", ""]),
        st.integers(0, 20),
    )
    rows = draw(st.lists(drawn, max_size=25))
    numbers = draw(st.lists(st.integers(1, 200), min_size=len(rows), max_size=len(rows), unique=True))
    return [
        Event(number, case, kind, who, START + half / 2 * HOUR)
        for number, (case, kind, who, half) in zip(numbers, rows, strict=True)
    ]


def by_the_book(events: Sequence[Event], rule: Rule) -> list[CaseRow]:
    found = []
    for case in sorted({event.case for event in events}):
        own = sorted((e for e in events if e.case == case and e.kind != "bot"), key=lambda e: (e.at, e.number))
        parts = cut(own, rule)
        found += [row_of(part, nth) for nth, part in enumerate(parts, start=1)]
    return found


def cut(events: Sequence[Event], rule: Rule) -> list[list[Event]]:
    parts: list[list[Event]] = []
    is_over, before = False, None
    for event in events:
        if rule.silence and before and event.at - before.at >= rule.silence:
            is_over = True
        is_end = rule.over is not None and event.kind == rule.over
        may_begin = not is_end and (rule.when is None or event.kind == rule.when)
        is_due = is_over or (rule.silence is None and rule.over is None and rule.when is not None)
        if not parts or (is_due and may_begin):
            parts.append([])
        parts[-1].append(event)
        is_over = (is_over and not may_begin) or is_end
        before = event
    return parts


def row_of(events: Sequence[Event], nth: int) -> CaseRow:
    waits = waiting(events)
    told = [event for event in events if event.kind]
    asked = next((place for place, event in enumerate(events) if event.kind == "customer"), len(events))
    answers = [event.who for event in events[asked + 1 :] if event.kind == "agent" and event.who]
    named = [event.who for event in events if event.who]
    pairs = list(pairwise(told))
    return {
        "agent": answers[0] if answers else None,
        "lasted": seconds(events[-1].at - events[0].at),
        "last_who": named[-1] if named else None,
        "first": waits[0] if waits else None,
        "avg": sum(waits) / len(waits) if waits else None,
        "turns": len(waits),
        "ends": sum(one.kind == "resolved" != other.kind for one, other in pairs),
        "solved": sum((seconds(b.at - a.at) for a, b in pairs if a.kind == "resolved"), Fraction(0)),
        "nth": nth,
        "sent": sum(event.kind == "agent" for event in events),
        "hands": len(set(named)),
        "case": events[0].case,
    }


def waiting(events: Sequence[Event]) -> list[Fraction]:
    waits, since = [], None
    for event in events:
        if event.kind == "customer" and since is None:
            since = event.at
        elif event.kind == "agent" and since is not None:
            waits.append(seconds(event.at - since))
            since = None
    return waits


def seconds(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), 10**6)


def shown(rows: Sequence[CaseRow]) -> list[list[tuple[str, str]]]:
    """Return the rows in one order, without the moment that only serves other columns."""
    return sorted(sorted((name, str(cell)) for name, cell in row.items() if name != "opened") for row in rows)


def file_of(events: Sequence[Event]) -> str:
    return HEADER + "".join(f"{event.line}\n" for event in events)


@few
@given(logs(), st.sampled_from(RULES))
def test_cases_are_what_the_book_says(events: list[Event], rule: Rule) -> None:
    rows = case_rows(SCHEME.replace("RULE", rule.written), "chats", file_of(events))
    assert shown(rows) == shown(by_the_book(events, rule))


@few
@given(
    logs(),
    st.sampled_from(RULES),
    st.sampled_from(["key: id", ""]),
    st.randoms(use_true_random=False),
    st.integers(1, 9),
)
def test_order_files_and_blocks_change_nothing(
    events: list[Event], rule: Rule, key: str, dice: random.Random, lines: int
) -> None:
    """With a key and without one; rows told twice count once where there is a key."""
    scheme = SCHEME.replace("RULE", rule.written)
    scheme = scheme if key else scheme.replace("    key: id\n", "")
    once = case_rows(scheme, "chats", file_of(events))
    mixed = events + (dice.choices(events, k=3) if key and events else [])
    dice.shuffle(mixed)
    place = dice.randint(0, len(mixed))
    again = case_rows(scheme, "chats", file_of(mixed[:place]), file_of(mixed[place:]), lines=lines)
    assert shown(again) == shown(once)
    assert sorted(str(row["opened"]) for row in again) == sorted(str(row["opened"]) for row in once)
