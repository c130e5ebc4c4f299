"""Every metric of the catalogue computes what a pencil computes, with the formula that the cookbook gives."""

from dataclasses import replace

import catalogue_business
import catalogue_people
import catalogue_quality
import catalogue_speed
import pytest
from catalogue_case import Example
from small_run import ran
from test_cookbook import ROWS

EXAMPLES = (
    *catalogue_speed.EXAMPLES,
    *catalogue_quality.EXAMPLES,
    *catalogue_business.EXAMPLES,
    *catalogue_people.EXAMPLES,
)


def one_line(formula: str) -> str:
    return " ".join(formula.replace("`", " ").split())


def rows_of_the_table() -> list[tuple[str, str, str]]:
    """Id, formula and what is said of unit, target and rule."""
    metrics = (row for row in ROWS if row[0].startswith("| M"))
    return [(row[0].removeprefix("| "), one_line(row[2]), row[3]) for row in metrics]


@pytest.mark.parametrize("example", [*EXAMPLES, *catalogue_people.OF_ANY_UNIT], ids=lambda example: example.id)
def test_a_metric_of_the_catalogue(example: Example) -> None:
    done = ran(example.scheme, example.files)
    found = done.line("a", "m", "value", "n", "score", "status")
    assert found == [example.value, example.n, example.points, example.status]


def test_the_table_and_the_examples_say_the_same() -> None:
    """Each row of the table is tested with its formula, unit, target and rule; nothing else is."""
    tested = {(example.id, one_line(example.formula), example.said) for example in EXAMPLES}
    assert tested == {row for row in rows_of_the_table() if row[0] != "M60"}


def test_the_row_for_any_other_unit_names_what_is_tested() -> None:
    (said,) = (formula for number, formula, _ in rows_of_the_table() if number == "M60")
    for example in catalogue_people.OF_ANY_UNIT:
        assert one_line(example.formula) in said


def test_every_id_is_tested() -> None:
    tested = {example.id[:3] for example in (*EXAMPLES, *catalogue_people.OF_ANY_UNIT)}
    assert tested == {f"M{number:02}" for number in range(1, 61)}


def test_a_metric_of_a_team_is_that_of_all_its_rows() -> None:
    """M59: any formula with `scope: team`. Ann waits 10 s once, Bob 40 s twice: 90 / 3, not (10 + 40) / 2."""
    chats = "agent,first_response:s\na,10\nb,40\nb,40\nc,1\n"
    (first,) = (example for example in EXAMPLES if example.id == "M01")
    example = replace(first, rows={"chats": chats}, scope="team")
    done = ran(example.scheme, example.files)
    assert [done.line(agent, "m", "value", "n", "score") for agent in "abc"] == [
        ["30", "3", "100.00"],
        ["30", "3", "100.00"],
        ["1", "1", "120.00"],
    ]


def test_without_any_complaint_nothing_is_known_of_their_handling() -> None:
    """M11: no row of the agent is no value, and the weight goes to the other metrics."""
    (example,) = (example for example in EXAMPLES if example.id == "M11")
    done = ran(example.scheme, example.files)
    assert done.of("b", "status", "score") == ["no_data", ""]


def test_a_joiner_has_no_growth() -> None:
    """M40: Bob sold nothing in September."""
    (example,) = (example for example in EXAMPLES if example.id == "M40")
    done = ran(example.scheme, example.files)
    assert done.line("b", "m", "value", "score", "status") == ["", "", "missing"]
