"""Laws of formulas: numbers are exact, Python's grammar holds, and every fault lies inside the text."""

import ast
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_vocabulary import CHATS, SHOP

from kpi_cli.scheme.formula.compile import compile_condition, compile_row, compile_value
from kpi_cli.scheme.formula.faults import Fault
from kpi_cli.scheme.formula.tree import (
    Arithmetic,
    Comparison,
    Constant,
    Every,
    Kind,
    Negation,
    Negative,
    Operator,
    RowExpression,
    Some,
    ValueExpression,
)

DECIMALS = st.decimals(min_value=0, max_value=10**12, places=6).map(lambda number: format(number, "f"))
PIECES = st.sampled_from(
    [
        *["chats", "orders", ".", "rating", "wait", "渠道", "began", "paid", "aov", "csat", "grade", "score", "nosuch"],
        *[
            "count",
            "mean",
            "share",
            "percentile",
            "previous",
            "team_mean",
            "met",
            "streak",
            "missing",
            "contains",
            "min",
        ],
        *["(", ")", "[", "]", "{", "}", ",", ":", "+", "-", "*", "/", "**", "%", "<", "<=", "==", "!=", "=", "!", "&&"],
        *["and", "or", "not", "in", "is", "if", "else", "lambda", "for", "None", "True", "where", "by", "AND", "OR"],
        *[
            "1",
            "0",
            "30s",
            "15%",
            "2 分钟",
            "1_0",
            "3e5",
            '"a"',
            "'店'",
            '"',
            "“x”",
            "（",
            "，",
            "≥",
            "\n",
            " ",
            "\\",
            "é",
        ],
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=14).map("".join), st.lists(PIECES, max_size=14).map(" ".join), st.text(max_size=30)
)


@given(
    DECIMALS, st.sampled_from([("", 1), ("%", Fraction(1, 100)), ("‰", Fraction(1, 1000)), (" min", 60), ("h", 3600)])
)
def test_numbers_are_exact(written: str, unit: tuple[str, Fraction | int]) -> None:
    expression, faults = compile_value(written + unit[0], SHOP)
    assert faults == ()
    assert isinstance(expression, Constant)
    assert expression.value == Fraction(Decimal(written)) * unit[1]


def everywhere(text: str) -> tuple[Fault, ...]:
    return (
        *compile_value(text, SHOP)[1],
        *compile_row(text, CHATS, SHOP)[1],
        *compile_condition(text, SHOP)[1],
    )


@given(TEXTS)
def test_every_fault_lies_inside_the_text(text: str) -> None:
    for fault in everywhere(text):
        assert 0 <= fault.offset < max(1, len(text))
        assert fault.width >= 1
        assert fault.offset + fault.width <= max(1, len(text))


@given(TEXTS)
def test_a_text_compiles_or_says_why_not(text: str) -> None:
    results = (compile_value(text, SHOP), compile_row(text, CHATS, SHOP), compile_condition(text, SHOP))
    for expression, faults in results:
        assert (expression is None) == (faults != ())


@given(TEXTS, st.text(alphabet=" \n\t", max_size=5))
def test_space_before_a_formula_only_moves_its_faults(text: str, space: str) -> None:
    if not text.strip():
        return
    moved = [(fault.offset - len(space), fault.width, fault.code) for fault in everywhere(space + text)]
    assert moved == [(fault.offset, fault.width, fault.code) for fault in everywhere(text)]


# random arithmetic, computed by Python from the same text

LEAVES = st.integers(0, 20).map(str)
SUMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"{parts[0]} {parts[1]} {parts[2]}"),
        inner.map(lambda part: f"({part})"),
        inner.map(lambda part: f"-({part})"),
    ),
    max_leaves=8,
)


def computed(expression: ValueExpression) -> Fraction:
    match expression:
        case Constant(value=Fraction() as value):
            return value
        case Negative(operand=operand):
            return -computed(operand)
        case Arithmetic(operator=operator, left=left, right=right):
            one, other = computed(left), computed(right)
            if operator is Operator.OVER:
                return one / other
            return {Operator.PLUS: one + other, Operator.MINUS: one - other, Operator.TIMES: one * other}[operator]
        case _:
            pytest.fail(f"no arithmetic: {expression}")


def computed_by_python(text: str) -> Fraction:
    class Exact(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.expr:
            return ast.Call(ast.Name("Fraction", ast.Load()), [node], [])

    tree = ast.fix_missing_locations(Exact().visit(ast.parse(text, mode="eval")))
    result = eval(compile(tree, "formula", "eval"), {"Fraction": Fraction})  # noqa: S307 - Python is the oracle here
    assert isinstance(result, Fraction)
    return result


@given(SUMS)
def test_arithmetic_means_what_it_means_in_python(text: str) -> None:
    try:
        expected = computed_by_python(text)
    except ZeroDivisionError:
        return
    expression, faults = compile_value(text, SHOP)
    assert faults == ()
    assert expression is not None
    assert computed(expression) == expected


# random conditions, evaluated by Python from the same text

TRUTHS = st.recursive(
    st.tuples(LEAVES, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), LEAVES).map(" ".join),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
        inner.map(lambda part: f"({part})"),
        inner.map(lambda part: f"not ({part})"),
        st.tuples(LEAVES, LEAVES, LEAVES).map(lambda parts: f"{parts[0]} <= {parts[1]} < {parts[2]}"),
    ),
    max_leaves=8,
)


def holds(expression: RowExpression) -> bool:
    match expression:
        case Comparison(relation=relation, left=Constant(value=left), right=Constant(value=right)):
            assert isinstance(left, Fraction)
            assert isinstance(right, Fraction)
            outcomes = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
            return {**outcomes, "==": left == right, "!=": left != right}[relation.value]
        case Every(parts=parts):
            return all(holds(part) for part in parts)
        case Some(parts=parts):
            return any(holds(part) for part in parts)
        case Negation(operand=operand):
            return not holds(operand)
        case _:
            pytest.fail(f"no condition: {expression}")


@given(TRUTHS)
def test_conditions_mean_what_they_mean_in_python(text: str) -> None:
    expression, faults = compile_row(text, CHATS, SHOP)
    assert faults == ()
    assert expression is not None
    assert holds(expression) is eval(text, {})  # noqa: S307 - Python is the oracle here


@given(st.text(alphabet=st.characters(exclude_characters="\"'\\\n", exclude_categories=["Cs"]), max_size=20))
def test_a_text_in_quotes_is_that_text(written: str) -> None:
    for quote in "\"'":
        expression, faults = compile_row(f"channel == {quote}{written}{quote}", CHATS, SHOP)
        assert faults == ()
        assert isinstance(expression, Comparison)
        assert expression.right == Constant(written, Kind.TEXT)
