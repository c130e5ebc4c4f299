"""`kpi inspect`: what a draft calls things, which files it finds, and which of its lines a decision replaces."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import Kpi
from hypothesis import given, settings
from hypothesis import strategies as st
from made_inspections import around, asked, checked, inspection_of, of, written
from made_workbooks import workbook

from kpi_cli.intake.inspecting import patterns
from kpi_cli.intake.inspecting.inspection import Role
from kpi_cli.intake.presets import PRESETS
from kpi_cli.reports.inspectscheme import scheme_yaml
from kpi_cli.reports.sourceyaml import question_line, sources_yaml
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.formula.vocabulary import RESERVED, RESULTS
from kpi_cli.scheme.load import load_text

WORDS = sorted(RESERVED | RESULTS | {"row", "roster"})
# what columns may be called, though metrics and sources may not
ALLOWED = {"none", "score", "grade", "rank", "of", "rank_share", "coverage", "roster"}
CUSTOMERS: dict[str, list[str]] = {"from": []}  # whose names are left out
MONTH = "客服,接待量\n小安,10\n小博,12\n"


def drafted(folder: Path, content: str, name: str = "chats.csv") -> Scheme:
    return load_text(scheme_yaml([of(folder, content, name)]), "scheme.yaml", PRESETS).scheme


@pytest.mark.parametrize("word", WORDS)
def test_words_with_a_meaning_may_be_headers(tmp_path: Path, word: str) -> None:
    of_sums = drafted(tmp_path, f"Agent,Calls,{word}\nAnn,10,90%\nBo,12,80%\n")
    lower = word.casefold()
    column = lower if lower in ALLOWED else f"{lower}_"
    metric = lower if lower in {"roster", "none"} else f"{lower}_"
    assert set(of_sums.sources["chats"].columns) == {"agent", "calls", *CUSTOMERS.get(word, [column])}
    assert set(of_sums.metrics) == {"calls", *CUSTOMERS.get(word, [metric])}
    of_cases = drafted(tmp_path, f"Ticket ID,Agent,Created,{word}\n1,Ann,2026-10-01,3\n2,Bo,2026-10-02,4\n")
    assert "handled" in of_cases.metrics
    days = drafted(tmp_path, f"Agent,Calls answered,{word}\nAnn,10,2026-10-01\nAnn,12,2026-10-02\n")
    assert days.sources["chats"].columns["row"].headers == ("Agent", word)


@pytest.mark.parametrize("word", WORDS)
def test_words_with_a_meaning_may_be_names_of_files(tmp_path: Path, word: str) -> None:
    scheme = drafted(tmp_path, "Ticket ID,Agent,Score\n1,Ann,3\n2,Bo,4\n3,Bo,5\n", f"{word}-2026-10.csv")
    assert set(scheme.sources) <= {word.casefold(), f"{word.casefold()}_"}
    assert set(scheme.metrics) == {"score_", *(["handled"] if word != "return" else [])}  # few of which are better


def test_a_score_is_measured_under_another_name(tmp_path: Path) -> None:
    scheme = drafted(tmp_path, "Rating ID,Agent,Rated at,Score\n1,Ann,2026-10-01 09:00,3\n2,Bo,2026-10-02 10:00,4\n")
    assert list(scheme.metrics) == ["score_", "handled"]
    assert "score" in scheme.sources["chats"].columns


def test_a_line_that_replaces_another_says_so(tmp_path: Path) -> None:
    nobody = of(tmp_path, "Ticket ID,Status\n1,open\n2,closed\n")
    line = "      # decide: agent: HEADER  # in place of `agent` above: no header says who did the work ("
    assert line in sources_yaml([nobody])
    assert "      # decide: agent: HEADER  # in place of `agent` above\n" in sources_yaml([nobody], bare=True)
    open_day = of(tmp_path, "Ticket ID,Agent,Created\n1,Ann,03/04/2026\n2,Bo,05/06/2026\n")
    wanted = (
        '      # decide: created_at: {from: Created, type: date, format: "%d/%m/%Y"}  # in place of `created_at` above'
    )
    assert wanted in sources_yaml([open_day])
    two = of(tmp_path, "Ticket ID,Assigned to,Resolved by\n1,Ann,Ann\n2,Bo,Ann\n3,Ann,Bo\n4,Bo,Ann\n")
    assert "    # decide: agent: resolver  # in place of `agent` above: " in sources_yaml([two])
    alike = [["客服", "销售额"], ["小安", "100"], ["小博", "80"]]
    sheets = inspection_of(workbook(tmp_path / "shop.xlsx", 九月=alike, 十月=alike))
    assert "    # decide: sheet: 十月  # in place of `sheet` above: " in sources_yaml([sheets])


def test_a_line_that_replaces_nothing_does_not_say_so(tmp_path: Path) -> None:
    found = of(tmp_path, "Ticket ID,Agent,Created,回复率\n1,Ann,2026-10-01,0.98\n2,Bo,2026-10-02,0.5\n")
    assert "# decide: reply_rate: " in sources_yaml([found])
    assert "in place of" not in sources_yaml([found])


@pytest.mark.parametrize(
    "content",
    [
        "Ticket ID,Status\n1,open\n2,closed\n",
        "Ticket ID,Name\n1,Ann\n2,Bo\n3,Ann\n",
        "Ticket ID,Agent,Created\n1,Ann,03/04/2026\n2,Bo,05/06/2026\n",
        "Ticket ID,Agent,Talk time\n1,Ann,02:15\n2,Bo,12:40\n",
        "Ticket ID,Assigned to,Resolved by\n1,Ann,Ann\n2,Bo,Ann\n3,Ann,Bo\n4,Bo,Ann\n",
    ],
)
def test_each_decision_alone_passes_once_it_replaces_what_it_says(tmp_path: Path, content: str) -> None:
    found = of(tmp_path, content, "work-2026-10.csv")
    entry = sources_yaml([found])
    for question in found.questions:
        if question.value == "COLUMN":
            continue
        line = question_line(question)
        decided = entry.replace(f"# decide: {line}", line, 1)
        indent = next(each for each in decided.splitlines() if each.lstrip().startswith(line)).split(line)[0]
        if f"{line}  # in place of `{question.key}` above" in decided:
            doubled = [each for each in decided.splitlines() if each.startswith(f"{indent}{question.key}:")]
            assert len(doubled) == 2
            decided = decided.replace(f"{doubled[0]}\n", "", 1)
        load_text(decided + around(found), "scheme.yaml", PRESETS)


def test_daily_files_without_a_year_are_all_found(tmp_path: Path) -> None:
    paths = [written(tmp_path, MONTH, f"10月{day:02d}日客服数据.csv") for day in range(1, 32)]
    found = inspection_of(*paths)
    assert (found.entry.name, found.entry.files, found.entry.roles[Role.TIME]) == ("客服数据", "*客服数据.csv", "file")
    question = asked(found, "time")
    assert question_line(question) == "timeless: true"
    assert question.why == (
        "neither the rows nor the files' names say when: put the day into each name, written as 2026-10-05"
    )
    assert question.hint == (
        'only if the rows belong to every period; a month as 2026-10, with `files: "*客服数据-{period}.csv"`'
    )
    assert "    # decide: timeless: true  # in place of `time` above: neither " in sources_yaml([found])
    assert checked(found).scheme.sources["客服数据"].time == "file"


@pytest.mark.parametrize(
    ("labels", "files"),
    [
        (["part 1.csv", "part 2.csv", "part 10.csv"], "part *.csv"),
        (["10月01日客服.csv", "10月02日客服.csv"], "*客服.csv"),
        (["班组101.csv", "班组102.csv"], "班组*.csv"),
        (["9月客服.xlsx", "10月客服.xlsx"], "*客服.xlsx"),
        (["report.csv", "report-2026-10.csv"], "report*.csv"),
        (["2026-10-01至2026-10-07.csv", "周报2026-10-08至2026-10-14.CSV"], "*{start}*{end}*"),
    ],
)
def test_patterns_of_several_files(labels: Sequence[str], files: str) -> None:
    assert patterns.without_time(labels).files == files


DATES = st.sampled_from(
    [
        *(
            "{m:02d}月{d:02d}日",
            "{m}月{d}日",
            "{m}月",
            "{y}-{m:02d}-{d:02d}",
            "{y}{m:02d}{d:02d}",
            "{y}-{m:02d}",
            "{y}年{m}月",
        ),
        *("{y}年{m}月{d}日", "{y}-{m:02d}-01至{y}-{m:02d}-{d:02d}", "{y}-{m:02d}-01..{y}-{m:02d}-{d:02d}", "{d}", ""),
        *("{y}-W{d:02d}", "{y}-Q1", "({d})", "{m:02d}.{d:02d}"),
    ]
)
AFFIXES = st.sampled_from(["", "客服数据", "chats-", "qa_", "report (1) ", "[a]", "{period}", "A*", "a?", "7"])
NAMES = st.builds(
    lambda start, dated, end, ending: f"{start}{dated}{end}x{ending}",
    AFFIXES,
    st.builds(lambda text, y, m, d: text.format(y=y, m=m, d=d), DATES, *map(st.integers, (2025, 1, 1), (2027, 12, 31))),
    AFFIXES,
    st.sampled_from([".csv", ".CSV", ".xlsx", ".csv.gz", ".csv.GZ", ""]),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=5))
def test_every_file_is_found_under_its_pattern(labels: list[str]) -> None:
    """But for one file alone without a date: it is told under which name it would be."""
    assert all(patterns.fits(patterns.with_time(labels), label) for label in labels)
    found = patterns.without_time(labels)
    if found.named:
        assert len(labels) == 1
        assert "{period}" in found.files
    else:
        assert all(patterns.fits(found.files, label) for label in labels)
    if found.dated and not found.by_day:
        assert "{period}" in found.files or ("{start}" in found.files and "{end}" in found.files)


DAYS = st.builds("{}月{:02d}日".format, st.integers(1, 12), st.integers(1, 31))
FOUND = st.lists(
    st.builds("{}{}.csv".format, st.sampled_from(["", "客服", "a-"]), DAYS), min_size=2, max_size=4, unique=True
)


@settings(max_examples=30, deadline=None)
@given(names=FOUND, content=st.sampled_from([MONTH, "Ticket ID,Agent,Created\n1,Ann,2026-10-01\n2,Bo,2026-10-02\n"]))
def test_every_inspected_file_is_found_by_its_draft(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], content: str
) -> None:
    folder = tmp_path_factory.mktemp("exports")
    found = inspection_of(*(written(folder, content, name) for name in names))
    assert all(patterns.fits(found.entry.files, each.label) for each in found.files)
    assert checked(found).warnings == ()


def test_the_examples_of_the_help_do_not_append_to_a_scheme(kpi: Kpi) -> None:
    shown = kpi("inspect", "--help").text
    assert "--format scheme > scheme.yaml" in shown
    assert ">>" not in shown
