"""Small outcomes written by hand, for the tests of reports: what the pipeline would hand over."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import numpy as np

from kpi_cli.exact import from_fractions
from kpi_cli.periods import Period, PeriodKind
from kpi_cli.pipeline import Outcome
from kpi_cli.problems import Span
from kpi_cli.rows import Account, Agent, Input, SourceReport
from kpi_cli.scheme.compiled import Band, Card, CardLine, Metric, Scheme, Scoring
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, Column, Kind
from kpi_cli.scheme.rules import Proportional, Rule
from kpi_cli.scheme.targets import Direction, Target
from kpi_cli.scheme.units import Unit
from kpi_cli.scoring.cards import (
    LINE_STATUSES,
    STATUSES,
    LineColumn,
    LineStatus,
    Note,
    NoteCode,
    Sheet,
    Status,
)

OCTOBER = Period(PeriodKind.MONTH, date(2026, 10, 1), date(2026, 10, 31))
SPAN = Span("scheme.yaml", 1, 1)
BANDS = (
    Band("S", Fraction(110), "1.3", "卓越", "", None, SPAN),
    Band("A", Fraction(100), "1.1", "优秀", "", None, SPAN),
    Band("B", Fraction(90), "1.0", "良好", "", None, SPAN),
    Band("D", None, "0.6", "不合格", "", None, SPAN),
)
RESPONSE = Column("chats", "first_response", Kind.DURATION)
RESOLVED = Column("chats", "resolved", Kind.TRUTH)


def at_least(value: Fraction | int) -> Target:
    return Target(Direction.AT_LEAST, Fraction(value), Fraction(value))


def at_most(value: Fraction | int) -> Target:
    return Target(Direction.AT_MOST, Fraction(value), Fraction(value))


def metric(
    name: str, label: str, unit: Unit, target: Target | None, rule: Rule | None = None, **more: object
) -> Metric:
    kind = AggregateKind.SHARE if unit is Unit.PERCENT else AggregateKind.MEAN
    argument = RESOLVED if unit is Unit.PERCENT else RESPONSE
    fields: dict[str, object] = {
        "expression": Aggregate(kind, "chats", argument),
        "min_sample": None,
        "missing": "skip",
        "better": None,
        "formula": f"{kind}({argument.source}.{argument.name})",
    }
    fields.update(more)
    return Metric(name=name, label=label, unit=unit, target=target, rule=rule or Proportional(), span=SPAN, **fields)  # type: ignore[arg-type]  # the defaults above


def line(measured: Metric, weight: int, dimension: str | None = None) -> CardLine:
    return CardLine(measured, dimension, Fraction(weight), "agent", SPAN)


def column(
    card_line: CardLine,
    entries: Sequence[tuple[object, object, object, object]],
    statuses: str,
    notes: Mapping[int, tuple[Note, ...]] | None = None,
) -> LineColumn:
    """Take (value, n, raw score, score) a row, and a letter a row: `+` met, `-` missed, `?` missing, `s` small."""
    letters = {
        "+": LineStatus.MET,
        "-": LineStatus.MISSED,
        "?": LineStatus.MISSING,
        "s": LineStatus.SMALL_SAMPLE,
        " ": LineStatus.NONE,
    }
    parts = [
        from_fractions([None if cell is None else Fraction(str(cell)) for cell in part])
        for part in zip(*entries, strict=True)
    ]
    positions = np.array([LINE_STATUSES.index(letters[letter]) for letter in statuses], dtype=np.int8)
    return LineColumn(card_line, parts[0], parts[1], parts[2], parts[3], positions, notes or {})


FRT = metric("frt", "首次响应时间", Unit.DURATION, at_most(30))
FCR = metric("fcr", "一次解决率", Unit.PERCENT, at_least(Fraction(85, 100)))
CARD = Card(
    name="presales",
    label="售前客服",
    applies=None,
    lines=(line(FRT, 60, "效率"), line(FCR, 40, "质量")),
    scope="agent",
    dimensions={"效率": Fraction(60), "质量": Fraction(40)},
    span=SPAN,
)
SCORING = Scoring(Fraction(120), Fraction(0), "ratio", 2, 1, Fraction(60))


def scheme(language: str = "zh", cards: tuple[Card, ...] = (CARD,), scoring: Scoring = SCORING) -> Scheme:
    return Scheme(
        path="scheme.yaml",
        text="kpi: 1\n",
        name="月度绩效",
        language="zh" if language == "zh" else "en",
        timezone="Asia/Shanghai",
        roster=None,
        sources={},
        metrics={entry.metric.name: entry.metric for card in cards for entry in card.lines},
        cards=cards,
        scoring=scoring,
        bands=BANDS,
    )


AGENTS = (
    Agent("007", "小张", "一组"),
    Agent("012", "李雷, Jr", "二组", aliases=("旗舰店:小李",)),
    Agent("021", "韩梅梅", "一组"),
)


def sheet(agents: Sequence[Agent] = AGENTS, card: Card = CARD, period: Period = OCTOBER) -> Sheet:
    """Return three agents: the first capped and A, the second B, the third without a response time: 60 % missing.

    007: 25s against 30s is 120, 82% against 85% is 96.470588…: 120·0.6 + 96.47·0.4 = 110.588 → 110.6, S.
    012: 40s is 75, 90% is 105.882352…: 45 + 42.352 = 87.352 → 87.4, D. 021: 80% is 94.117647…, coverage 40.
    """
    frt, fcr = card.lines
    lines = (
        column(
            frt,
            [(25, 360, 120, 120), (40, 12, 75, 75), (None, 0, None, None)],
            "+-?",
        ),
        column(
            fcr,
            [
                ("41/50", 50, "8200/85", "96.47"),
                ("9/10", 10, "9000/85", "105.88"),
                ("4/5", 5, "8000/85", "94.12"),
            ],
            "-+-",
        ),
    )
    return Sheet(
        period=period,
        card=card,
        bands=BANDS,
        agents=tuple(agents),
        lines=lines,
        totals=from_fractions([Fraction("110.6"), Fraction("87.4"), Fraction("94.1")]),
        grades=np.array([0, 3, -1], dtype=np.int16),
        paid_grades=np.array([0, 3, -1], dtype=np.int16),
        ranks=np.array([1, 2, 0], dtype=np.int64),
        of=2,
        coverage=from_fractions([Fraction(100), Fraction(100), Fraction(40)]),
        statuses=np.array(
            [STATUSES.index(status) for status in (Status.SCORED, Status.SCORED, Status.INCOMPLETE)], dtype=np.int8
        ),
        notes={2: (Note(NoteCode.LOW_COVERAGE, ("frt",)),)},
    )


ACCOUNT = Account(read=366, used=360, outside_period=2, filtered=1, duplicate=2, unattributed=1)


def outcome(*sheets: Sheet, of: Scheme | None = None, account: Account = ACCOUNT) -> Outcome:
    sheets = sheets or (sheet(),)
    periods = dict.fromkeys(entry.period for entry in sheets)
    return Outcome(
        scheme=of or scheme(),
        sheets=sheets,
        reports={period: (SourceReport("chats", account),) for period in periods},
        inputs=(Input("data/chats.csv", "chats", 366, "0" * 64),),
        warnings=(),
    )
