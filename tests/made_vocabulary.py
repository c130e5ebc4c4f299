"""One small shop as formulas see it, and short ways to compile against it."""

from kpi_cli.scheme.formula.compile import compile_condition, compile_row, compile_value
from kpi_cli.scheme.formula.faults import Fault
from kpi_cli.scheme.formula.tree import Condition, Kind, RowExpression, ValueExpression
from kpi_cli.scheme.formula.vocabulary import SourceNames, Vocabulary
from kpi_cli.scheme.units import Unit

CHATS = SourceNames(
    "chats",
    {
        "channel": (Kind.TEXT, None),
        "buyer": (Kind.TEXT, None),
        "渠道": (Kind.TEXT, None),
        "rating": (Kind.NUMBER, None),
        "weight": (Kind.NUMBER, None),
        "amount": (Kind.NUMBER, None),
        "rate": (Kind.NUMBER, Unit.PERCENT),
        "wait": (Kind.DURATION, Unit.DURATION),
        "began": (Kind.MOMENT, None),
        "ended": (Kind.MOMENT, None),
        "day": (Kind.DATE, None),
        "paid": (Kind.TRUTH, None),
    },
)
ORDERS = SourceNames("orders", {"amount": (Kind.NUMBER, None), "items": (Kind.NUMBER, None)})
SHOP = Vocabulary(
    sources={"chats": CHATS, "orders": ORDERS},
    metrics={
        "aov": Unit.MONEY,
        "csat": Unit.PERCENT,
        "reply": Unit.DURATION,
        "slips": Unit.COUNT,
        "quality": Unit.POINTS,
        "volume": None,
        "转化率": Unit.PERCENT,
    },
    calendars=frozenset({"shop"}),
    grades=frozenset("SABCD"),
)


def value(text: str) -> ValueExpression:
    expression, faults = compile_value(text, SHOP)
    assert faults == ()
    assert expression is not None
    return expression


def row(text: str) -> RowExpression:
    expression, faults = compile_row(text, CHATS, SHOP)
    assert faults == ()
    assert expression is not None
    return expression


def condition(text: str) -> Condition:
    found, faults = compile_condition(text, SHOP)
    assert faults == ()
    assert found is not None
    return found


def value_faults(text: str) -> tuple[Fault, ...]:
    expression, faults = compile_value(text, SHOP)
    assert (expression is None) == bool(faults)
    return faults


def row_faults(text: str) -> tuple[Fault, ...]:
    expression, faults = compile_row(text, CHATS, SHOP)
    assert (expression is None) == bool(faults)
    return faults


def condition_faults(text: str) -> tuple[Fault, ...]:
    found, faults = compile_condition(text, SHOP)
    assert (found is None) == bool(faults)
    return faults


def marked(text: str, faults: tuple[Fault, ...]) -> list[tuple[str, str]]:
    """Return each fault as its code and the piece of text it points at."""
    return [(fault.code, text[fault.offset : fault.offset + fault.width]) for fault in faults]
