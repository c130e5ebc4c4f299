"""Rows of delimiters alone, and keys that Excel has rounded: found however cells are read and files are cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_blocks import EXACT, OCTOBER, PLAIN, Case

from kpi_cli.intake.rows.reading import ReadingOptions
from kpi_cli.problems import KpiError

KEYED = "key: id\nagent: agent\ntime: at\ncolumns: {id: id, agent: agent, at: {from: at, type: date}}\n"
UNDATED = 'files: "{period}.csv"\nagent: agent\ncolumns: {agent: agent, n: {from: n, type: number}}\n'
WAYS = pytest.mark.parametrize("options", [PLAIN, EXACT], ids=["fast", "exact"])
CUTS = pytest.mark.parametrize("lines", [1, 2, 100])


@WAYS
@CUTS
def test_rows_of_delimiters_alone_are_no_rows(options: ReadingOptions, lines: int) -> None:
    """A note in a column that nobody reads, or a word for no data, makes it a row; the word of a total does not."""
    case = Case(
        KEYED,
        "id,agent,at,note\n"
        ",,,\n"
        "c1,ann,2026-10-01,\n"
        '"",,"",\n'
        ",,,\n"
        ",,2026-10-01,\n"
        ",,,stray\n"
        ",,-,\n"
        ",--,-,合计（共2项）\n"
        ",bob,,合计\n"
        "c2,ann,2026-10-01,\n"
        ",,,\n",
    )  # fmt: skip
    (rows,), (report,) = case.read(lines=lines, options=options)
    account = report.account
    assert [row["id"] for row in rows] == ["c1", "c2"]
    assert (account.read, account.used, account.rejected, account.outside_period) == (6, 2, 1, 3)
    assert ([(reject.record, reject.reason) for reject in report.rejects], account.skipped) == (
        [(5, "no key")],
        {"合计": 1},
    )


@WAYS
def test_rows_of_delimiters_alone_are_nobodys_rows_in_files_without_dates(options: ReadingOptions) -> None:
    case = Case(UNDATED, "n,agent\n5,ann\n,\n,\n0,\n")
    case.name_files([(OCTOBER, (OCTOBER,))])
    (rows,), (report,) = case.read(options=options)
    assert (len(rows), report.account.read, report.account.unattributed) == (1, 2, 1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([",,,", "c{},ann,2026-10-01,", ",,,x", '"",,,', " ,,,", "-,,,", ",,-,合计", ",ann,,合计"])
    ),
    st.integers(1, 5),
)
def test_both_ways_find_the_same(lines: list[str], size: int) -> None:
    text = "id,agent,at,note\n" + "".join(f"{line.format(number)}\n" for number, line in enumerate(lines))
    case = Case(KEYED + "empty: zero\n", text)
    (rows,), (report,) = case.read(lines=size)
    (exact,), (exact_report,) = case.read(options=EXACT)
    assert (rows, report) == (exact, exact_report)
    assert report.account.read == sum(line not in {",,,", '"",,,', ",,-,合计"} for line in lines)


RUINED = "ruined-id: source `s` in 2026-10: Excel has rounded {} in column `id`, whose last digits are lost: {}"


@WAYS
@CUTS
def test_keys_that_excel_has_rounded(options: ReadingOptions, lines: int) -> None:
    """`1E+5x` and `+1` are ids; of what is no key, `1E+05` in the agent's column, nothing is said here."""
    keys = ["c1", "1.25E+17", "1E+5x", "+1", "", "1,2e+17", "c2"]
    text = "id,agent,at,note\n" + "".join(f'"{key}",1E+05,2026-10-01,1E+9\n' for key in keys)
    case = Case(KEYED, text, rejected="15%")
    shown = "f1.csv record 2 `1.25E+17`; f1.csv record 6 `1,2e+17`"
    with pytest.raises(KpiError) as caught:
        case.read(lines=lines, options=options)
    assert [f"{problem.code}: {problem.message}" for problem in caught.value.problems] == [
        RUINED.format("2 keys", shown)
    ]


@WAYS
def test_a_part_of_a_joined_key_that_excel_has_rounded(options: ReadingOptions) -> None:
    source = KEYED.replace("{id: id,", "{id: {join: [day, no]},").replace("from: at", "from: day")
    case = Case(source, "day,no,agent\n2026-10-01,1E+05,ann\n2026-10-01,7,ann\n")
    (found,) = case.problems(options=options)
    assert "in column `day + no`" in found
    assert "f1.csv record 1 `2026-10-01 1E+05`" in found


@WAYS
def test_rounded_keys_are_refused_before_rows_are_filtered_or_doubled(options: ReadingOptions) -> None:
    case = Case(KEYED + 'where: agent != "bot"\n', "id,agent,at\n1E+17,bot,2026-10-01\n1E+17,bot,2026-10-01\n")
    (found,) = case.problems(options=options)
    assert found.startswith("ruined-id: source `s` in 2026-10: Excel has rounded 2 keys")
