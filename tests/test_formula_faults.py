"""What is wrong with a formula: each fault with its code and the piece of text it points at."""

import pytest
from made_vocabulary import SHOP, condition_faults, marked, row_faults, value_faults

from kpi_cli.scheme.formula.compile import compile_condition, compile_row, compile_value
from kpi_cli.scheme.formula.tree import Kind
from kpi_cli.scheme.formula.vocabulary import SourceNames, Vocabulary

VALUES = [
    # names
    ("aovv", ("unknown-metric", "aovv")),
    ("previous(aovv)", ("unknown-metric", "aovv")),
    ("chats", ("unknown-metric", "chats")),
    ("score", ("unknown-metric", "score")),
    ("mean(chat.wait)", ("unknown-source", "chat")),
    ("count(aov)", ("unknown-source", "aov")),
    ("chat.wait", ("unknown-source", "chat")),
    ("mean(chats.wiat)", ("unknown-column", "chats.wiat")),
    ("chats.wiat", ("unknown-column", "chats.wiat")),
    ("mean(wait)", ("unknown-column", "wait")),
    ("mean(chats)", ("unknown-column", "chats")),
    ("mean(aov)", ("unknown-column", "aov")),
    ("avg(chats.wait)", ("unknown-function", "avg")),
    ("count(chats, where=length(chats.channel) > 3)", ("unknown-function", "length")),
    ('mean(working(chats.began, chats.ended, "shp"))', ("unknown-calendar", '"shp"')),
    # sources
    ("mean(chats.wait, where=orders.items > 1)", ("two-sources", "orders")),
    ("sum(chats.amount * orders.items)", ("two-sources", "orders")),
    ("count(chats, where=orders.items > 1)", ("two-sources", "orders")),
    ("mean(3)", ("no-source", "mean(3)")),
    ("mean(3, where=chats.paid)", ("no-source", "mean(3, where=chats.paid)")),
    ("chats.wait", ("not-aggregated", "chats.wait")),
    ("1 + hour(chats.began)", ("not-aggregated", "hour(chats.began)")),
    # arguments
    ("count()", ("bad-argument", "count()")),
    ("count(chats.rating)", ("bad-argument", "chats.rating")),
    ("count(chats.paid and chats.paid)", ("bad-argument", "chats.paid and chats.paid")),
    ("count(chats, chats.paid)", ("bad-argument", "chats.paid")),
    ("mean(chats.wait, wher=chats.paid)", ("bad-argument", "wher=chats.paid")),
    ("mean(chats.wait, by=chats.rating)", ("bad-argument", "by=chats.rating")),
    ("mean(chats.wait, where=chats.paid, where=chats.paid)", ("bad-argument", "where=chats.paid")),
    ("weighted_mean(chats.rating)", ("bad-argument", "weighted_mean(chats.rating)")),
    ("percentile(chats.wait, 101)", ("bad-argument", "101")),
    ("percentile(chats.wait, 90%)", ("bad-argument", "90%")),
    ("percentile(chats.wait, -1)", ("bad-argument", "-1")),
    ("percentile(chats.wait)", ("bad-argument", "percentile(chats.wait)")),
    ("previous(aov + 1)", ("bad-argument", "aov + 1")),
    ("team_mean()", ("bad-argument", "team_mean()")),
    ("period_days(30)", ("bad-argument", "period_days(30)")),
    ("min(slips, 3, where=chats.paid)", ("bad-argument", "where=chats.paid")),
    ("count(chats, where=missing(chats.rating, 1))", ("bad-argument", "missing(chats.rating, 1)")),
    ("count(chats, where=contains(chats.channel, 5))", ("bad-argument", "5")),
    ('count(chats, where=contains(chats.channel, ""))', ("bad-argument", '""')),
    ('count(chats, where=chats.began > "yesterday")', ("bad-argument", '"yesterday"')),
    ('count(chats, where=chats.day > "2026-02-30")', ("bad-argument", '"2026-02-30"')),
    # kinds
    ("share(chats.rating)", ("kind-clash", "chats.rating")),
    ("mean(chats.paid)", ("kind-clash", "chats.paid")),
    ("mean(chats.channel)", ("kind-clash", "chats.channel")),
    ("sum(chats.began)", ("kind-clash", "chats.began")),
    ("nps(chats.wait)", ("kind-clash", "chats.wait")),
    ("peak(chats.day, chats.ended)", ("kind-clash", "chats.day")),
    ("count(chats, where=chats.rating)", ("kind-clash", "chats.rating")),
    ("mean(chats.began + chats.ended)", ("kind-clash", "chats.began + chats.ended")),
    ("mean(chats.began - chats.day)", ("kind-clash", "chats.began - chats.day")),
    ("mean(chats.channel * 2)", ("kind-clash", "chats.channel")),
    ("'a'", ("kind-clash", "'a'")),
    ("true", ("kind-clash", "true")),
    ("share(chats.paid) > 50%", ("kind-clash", "share(chats.paid) > 50%")),
    ("not aov", ("kind-clash", "not aov")),
    # units
    ("mean(chats.wait) + share(chats.paid)", ("unit-clash", "share(chats.paid)")),
    ("aov - csat", ("unit-clash", "csat")),
    ("aov + slips", ("unit-clash", "slips")),
    ("slips + csat", ("unit-clash", "csat")),
    ("reply + 30", ("unit-clash", "30")),
    ("max(aov, csat)", ("unit-clash", "csat")),
    ("mean(chats.wait + chats.amount)", ("unit-clash", "chats.amount")),
    ("csat - 85", ("bare-number", "85")),
    ("100 - csat", ("bare-number", "100")),
    ("(csat + 转化率) / 2 - 90", ("bare-number", "90")),
    # Python that formulas don't have
    ("aov if csat else slips", ("not-allowed", "aov if csat else slips")),
    ("chats.rating.real", ("not-allowed", "chats.rating.real")),
    ("mean(chats.rating.real)", ("not-allowed", "chats.rating.real")),
    ("aov[0]", ("not-allowed", "aov[0]")),
    ("lambda: 1", ("not-allowed", "lambda: 1")),
    ("[aov]", ("not-allowed", "[aov]")),
    ("{1: 2}", ("not-allowed", "{1: 2}")),
    ("sum([x for x in y])", ("not-allowed", "[x for x in y]")),
    ("(x := 3)", ("not-allowed", "x := 3")),
    ("aov ** 2", ("not-allowed", "aov ** 2")),
    ("slips // 2", ("not-allowed", "slips // 2")),
    ("slips % 2", ("not-allowed", "slips % 2")),
    ("slips & 2", ("not-allowed", "slips & 2")),
    ("~slips", ("not-allowed", "~slips")),
    ("mean(*chats)", ("not-allowed", "*chats")),
    ("mean(chats.wait, **chats)", ("not-allowed", "**chats")),
    ("None", ("not-allowed", "None")),
    ("met(csat)", ("not-allowed", "met(csat)")),
    ("mean(sum(chats.wait))", ("not-allowed", "sum(chats.wait)")),
    ("mean(met(csat))", ("not-allowed", "met(csat)")),
    ("class", ("not-allowed", "class")),
    # writing
    ("", ("syntax", "")),
    (" \n ", ("syntax", " ")),
    ("1 +", ("syntax", "+")),
    ("* 2", ("syntax", "*")),
    ("1 + * 2", ("syntax", "*")),
    ("(1 + 2", ("syntax", "(")),
    ("1 + 2)", ("syntax", ")")),
    ("(1 + 2]", ("syntax", "]")),
    ("aov csat", ("syntax", "csat")),
    ("5 aov", ("syntax", "aov")),
    ("15%3", ("syntax", "3")),
    ("30sec", ("syntax", "sec")),
    ("30 sec", ("syntax", "sec")),
    ("1_000", ("syntax", "1_000")),
    ("1e5", ("syntax", "1e5")),
    ("0x1F", ("syntax", "0x1F")),
    ("2j", ("syntax", "2j")),
    ("1" * 41, ("syntax", "1" * 41)),
    ("slips ?", ("syntax", "?")),
    ("aov; csat", ("syntax", ";")),
    ("count(chats, where=chats.channel == 'a)", ("syntax", "(")),
]


@pytest.mark.parametrize(("text", "expected"), VALUES, ids=[text for text, _ in VALUES])
def test_faults_of_values(text: str, expected: tuple[str, str]) -> None:
    assert expected in marked(text, value_faults(text))


ROWS = [
    ("chanel == 'a'", ("unknown-column", "chanel")),
    ("chats.chanel == 'a'", ("unknown-column", "chats.chanel")),
    ("orders.items > 1", ("two-sources", "orders")),
    ("shop.items > 1", ("unknown-source", "shop")),
    ("rating == null", ("unknown-column", "null")),
    ("rating is None", ("not-allowed", "rating is None")),
    ("rating", ("kind-clash", "rating")),
    ("rating and paid", ("kind-clash", "rating")),
    ('rating >= "4"', ("kind-clash", '"4"')),
    ("channel == 5", ("kind-clash", "5")),
    ('channel < "5"', ("kind-clash", "channel")),
    ("paid < true", ("kind-clash", "paid")),
    ("paid == 1", ("kind-clash", "1")),
    ("began == day", ("kind-clash", "day")),
    ('day == "2026-01-31 08:00"', ("kind-clash", '"2026-01-31 08:00"')),
    ('began in ["2026-01-31", "2026-01-31 08:00"]', ("kind-clash", '"2026-01-31"')),
    ("began + 2h > ended", ("kind-clash", "began + 2h")),
    ("hour(day) > 3", ("kind-clash", "day")),
    ("-channel == 'a'", ("kind-clash", "channel")),
    ("contains(rating, 'a')", ("kind-clash", "rating")),
    ("wait <= 30", ("unit-clash", "30")),
    ("wait > amount", ("unit-clash", "amount")),
    ("wait == 15%", ("unit-clash", "15%")),
    ("wait in [30s, 60]", ("unit-clash", "60")),
    ("rate > 85", ("bare-number", "85")),
    ("rate in [0.5, 85]", ("bare-number", "85")),
    ("channel in 'a'", ("bad-argument", "'a'")),
    ("channel in []", ("bad-argument", "[]")),
    ("channel in [channel]", ("bad-argument", "channel")),
    ("1 < rating in [3]", ("not-allowed", "1 < rating in [3]")),
    ("sum(rating) > 5", ("not-allowed", "sum(rating)")),
    ("rating = 4", ("syntax", "=")),
    ("paid && paid", ("syntax", "&&")),
    ("paid || paid", ("syntax", "||")),
    ("!paid", ("syntax", "!")),
    ("rating <> 4", ("syntax", "<>")),
    ("rating => 4", ("syntax", "=>")),
    ("paid AND paid", ("syntax", "AND")),
    ("paid Or paid", ("syntax", "Or")),
    ("NOT paid", ("syntax", "NOT")),
    ("channel IN ['a']", ("syntax", "IN")),
    ("渠道 ＝＝ 'a'", ("syntax", "＝＝")),
    ("missing（rating）", ("syntax", "（")),
    ("渠道 == “店铺”", ("syntax", "“店铺”")),
    ("channel == 'a' 'b'", ("syntax", "'b'")),
    ("channel == f'{x}'", ("syntax", "f")),
    (r"channel == '\d'", ("syntax", r"\d")),
]


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[text for text, _ in ROWS])
def test_faults_of_rows(text: str, expected: tuple[str, str]) -> None:
    assert expected in marked(text, row_faults(text))


CONDITIONS = [
    ("csat", ("kind-clash", "csat")),
    ("csat < 50", ("bare-number", "50")),
    ("rank_share <= 10", ("bare-number", "10")),
    ("reply <= 15", ("unit-clash", "15")),
    ("score >= 90%", ("unit-clash", "90%")),
    ("rank <= 10%", ("unit-clash", "10%")),
    ('grade == "E"', ("unknown-grade", '"E"')),
    ("grade == 5", ("kind-clash", "5")),
    ("grade == grade", ("kind-clash", "grade")),
    ('score == "S"', ("kind-clash", '"S"')),
    ("grade + 1 > 5", ("kind-clash", "grade")),
    ("met(csat) > 1", ("kind-clash", "met(csat)")),
    ("met(csta)", ("unknown-metric", "csta")),
    ("csta > 5%", ("unknown-metric", "csta")),
    ("met()", ("bad-argument", "met()")),
    ("streak(met(csat), 2.5)", ("bad-argument", "2.5")),
    ("streak(met(csat), 0)", ("bad-argument", "0")),
    ("streak(streak(met(csat), 3), 3)", ("not-allowed", "streak(streak(met(csat), 3), 3)")),
    ("count(chats) > 5", ("not-allowed", "count(chats)")),
    ("previous(aov) > 5", ("not-allowed", "previous(aov)")),
    ("chats.rating > 5", ("not-allowed", "chats.rating")),
    ("nonsense(csat) > 5", ("unknown-function", "nonsense")),
    ("csat is aov", ("not-allowed", "csat is aov")),
    ("(csat > 5%) + 1 > 2", ("kind-clash", "csat > 5%")),
    ("csat < 50% and slips = 3", ("syntax", "=")),
]


@pytest.mark.parametrize(("text", "expected"), CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_faults_of_conditions(text: str, expected: tuple[str, str]) -> None:
    assert expected in marked(text, condition_faults(text))


def test_every_fault_is_told_at_once() -> None:
    text = "mean(chats.wiat) + share(chat.paid) / previous(aovv)\n + count(chats, where=chats.rating = '4')"
    assert marked(text, value_faults(text)) == [
        ("unknown-column", "chats.wiat"),
        ("unknown-source", "chat"),
        ("unknown-metric", "aovv"),
        ("syntax", "="),
        ("kind-clash", "'4'"),
    ]


def test_one_slip_is_one_fault() -> None:
    for text in ("mean(chats.wiat) + 1 * 3 - aov", "30sec + mean(chats.wait)", "mean(chats.wait, where=1_000 > 2)"):
        assert len(value_faults(text)) == 1


def test_places_are_counted_in_characters_behind_chinese_text() -> None:
    text = "count(chats, where=chats.渠道 == '店铺主号' and chats.评价 > 3)"
    assert [(fault.offset, fault.width) for fault in value_faults(text)] == [(42, 8)]
    assert text[42:50] == "chats.评价"


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("mean(chats.wiat)", "did you mean `wait`?"),
        ("aovv", "did you mean `aov`?"),
        ("mean(wiat)", "did you mean `chats.wait`?"),
        ("mean(wait)", "write `chats.wait`"),
        ("mean(amount)", "write `chats.amount` or `orders.amount`"),
        ("mean(orders.rating)", "there is `chats.rating`"),
        ("avg(chats.wait)", "write `mean(source.column)`"),
        ("Mean(chats.wait)", "did you mean `mean`?"),
        ("count(chats.rating)", "rows with a value: `count(chats, where=not missing(chats.rating))`"),
        ("mean(chats.paid)", "`share(chats.paid)` is the part of rows for which it is true"),
        ("csat - 85", "write `85%`"),
        ("reply - 30", "write `30s`, or min, h, d"),
        ("share(chats.rating = 4)", "write `==`"),
        ("chats.wait.mean()", "write `mean(chats.wait)`"),
        ("count(chats; where=chats.paid)", "write `,`"),
        ("count(chats, where chats.paid)", "a condition is named after a comma: `, where=...`"),
        ("ROUND(aov, 2)", "values stay exact; scores and printed numbers are rounded by `scoring: {decimals: ...}`"),
        ("if(aov > 3, 1, 2)", "count or average some rows with `where=`, or make two metrics"),
    ],
)
def test_the_help_says_how_to_mend_it(text: str, help_: str) -> None:
    assert [fault.help for fault in value_faults(text)] == [help_]


TICKETS = SourceNames("tickets", dict.fromkeys(("status", "solved_at", "tier"), (Kind.TEXT, None)))


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("status == Solved", 'a text stands in quotes: `"Solved"`'),
        ("status != 已解决", 'a text stands in quotes: `"已解决"`'),
        ("tickets.status in [Solved, 'open']", 'a text stands in quotes: `"Solved"`'),
        ("tier == stauts", 'a text stands in quotes: `"stauts"`'),
        ("tier == statuss", 'a text stands in quotes: `"statuss"`, or did you mean `status`?'),
        ("status == null", "test for missing with `missing(x)`"),
        ("Solved == status", "did you mean `solved_at`?"),
    ],
)
def test_a_name_beside_a_text_is_most_likely_a_text(text: str, help_: str) -> None:
    assert [fault.help for fault in compile_row(text, TICKETS, SHOP)[1]] == [help_]


def test_a_text_without_quotes_inside_an_aggregate() -> None:
    (fault,) = value_faults("count(chats, where=chats.channel == Web)")
    assert (fault.code, fault.help) == ("unknown-column", 'a text stands in quotes: `"Web"`')


def test_a_unit_clash_names_both_units_and_where_they_come_from() -> None:
    (fault,) = value_faults("mean(chats.wait) + share(chats.paid)")
    assert fault.message == "`mean(chats.wait)` is a duration, but `share(chats.paid)` is a percent"


def test_names_are_not_guessed_where_nothing_is_known() -> None:
    nothing = Vocabulary()
    (fault,) = compile_value("aov", nothing)[1]
    assert (fault.code, fault.help) == ("unknown-metric", "there are no metrics")
    (fault,) = compile_row("x > 1", SourceNames("empty", {}), nothing)[1]
    assert fault.code == "unknown-column"
    assert compile_condition('grade == "whatever"', nothing)[1] == ()


@pytest.mark.parametrize("text", ["-" * 4000 + "1", "(" * 3000, "1+" * 2400 + "1", "not " * 1000 + "x", "1" * 6000])
def test_what_is_too_deep_or_too_long_is_a_fault(text: str) -> None:
    for _, faults in (compile_value(text, SHOP), compile_condition(text, SHOP)):
        assert {fault.code for fault in faults} == {"syntax"}
