"""Behaviour, growth, knowledge and other units, M50 to M60: formulas as in the cookbook, rows, values by hand."""

from catalogue_case import Example

EXAMPLES = (
    Example(
        *("M50", "sum(attendance.present) / sum(attendance.due)", "percent", "≥ 98%"),
        {"attendance": "agent,present:number,due:number\na,21,22\nb,1,1\n"},
        *("0.954545", "1", "97.40"),  # 21/22 = .9545; 100·(21/22)/.98 = 97.402
        status="missed",
    ),
    Example(
        *("M51", "sum(attendance.online) / sum(attendance.present)", "duration", "≥ 7.5h"),
        {"attendance": "agent,online:h,present:number\na,150,25\nb,1,1\n"},
        *("21600", "1", "80.00"),  # 6 h a day worked; 100·6/7.5
        status="missed",
    ),
    Example(
        *("M52", "only(qa.teamwork)", "points", "≥ 5"),
        {"qa": "agent,teamwork:rubric\na,良好\nb,优秀\n"},
        *("4", "1", "80.00"),  # 良好 is 4
        score="{rule: steps, steps: [{at: ≥ 5, score: 100, name: 优秀}, {at: ≥ 4, score: 80, name: 良好},"
        " {at: ≥ 3, score: 60, name: 及格}], otherwise: 40}",
        status="missed",
    ),
    Example(
        *("M53", "only(monthly.growth)", "points", "≥ 4"),
        {"monthly": "agent,growth:rubric\na,优秀\nb,不及格\n"},
        *("5", "1", "110.00"),
        score="{rule: steps, steps: [{at: ≥ 5, score: 110, name: 优秀}, {at: ≥ 4, score: 100, name: 良好},"
        " {at: ≥ 3, score: 70, name: 及格}], otherwise: 40}",
        status="met",
    ),
    Example(
        *("M54", "sum(training.attended) / sum(training.due)", "percent", "≥ 100%"),
        {"training": "agent,attended:number,due:number\na,3,4\nb,4,4\n"},
        *("0.75", "1", "60.00"),  # not all
        score="{rule: pass_fail, met: 100, missed: 60}",
        status="missed",
    ),
    Example(
        *("M55", "sum(monthly.articles + monthly.scripts)", "count", "≥ 2"),
        {"monthly": "agent,articles:number,scripts:number\na,1,0\nb,5,5\n"},
        *("1", "1", "50.00"),  # 100·1/2
        status="missed",
    ),
    Example(
        *("M56", "only(monthly.exam)", "points", "≥ 85"),
        {"monthly": "agent,exam:number\na,78\nb,99\n"},
        *("78", "1", "78.00"),
        score="{rule: as_is}",
        status="missed",
    ),
    Example(
        *("M57", "mean(rubric.attitude + rubric.communication + rubric.knowledge) / 3", "points", "≥ 4"),
        {
            "rubric": """
            agent,attitude:rubric,communication:rubric,knowledge:rubric
            a,及格,及格,良好
            a,良好,良好,良好
            b,优秀,优秀,优秀
            """
        },
        *("3.666667", "2", "91.67"),  # (10 + 12) / 2 / 3 = 11/3; 100·(11/3)/4 = 91.666
        status="missed",
    ),
    Example(
        *("M58", "only(qa.professional)", "points", "≥ 85"),
        {"qa": "agent,professional:number\na,90\nb,1\n"},
        *("90", "1", "90.00"),
        score="{rule: as_is}",
        status="met",
    ),
    Example(
        *("M59", "sum(team_sheet.left) / sum(team_sheet.headcount)", "percent", "≤ 5%"),
        {"team_sheet": "team,left:number,headcount:number\none,1,10\ntwo,0,10\n"},
        *("0.1", "1", "80.00"),  # the step up to 12 %
        score="{rule: steps, steps: [{at: ≤ 0%, score: 110}, {at: ≤ 5%, score: 100}, {at: ≤ 12%, score: 80}],"
        " otherwise: 50}",
        scope="team",
        status="missed",
    ),
    Example(
        *("M59", "only(team_sheet.atmosphere)", "points", ""),
        {"team_sheet": "team,atmosphere:mood\none,良好\ntwo,优秀\n"},
        *("85", "1", "85.00"),
        score="{rule: as_is}",
        scope="team",
    ),
    Example(
        *("M59", "sum(team_sheet.done) / sum(team_sheet.planned)", "percent", "≥ 100%"),
        {"team_sheet": "team,done:number,planned:number\none,9,10\ntwo,1,1\n"},
        *("0.9", "1", "90.00"),
        scope="team",
        status="missed",
    ),
)

# The table has one row for any hand-kept count or share: here is one of each kind it names.
OF_ANY_UNIT = (
    Example(
        *("M60", "sum(sheet.errors)", "count", "≤ 2"),
        {"sheet": "agent,errors:number\na,4\nb,0\n"},
        *("4", "1", "50.00"),  # 100·2/4
        status="missed",
    ),
    Example(
        *("M60", "sum(sheet.done) / sum(sheet.planned)", "percent", "≥ 90%"),
        {"sheet": "agent,done:number,planned:number\na,9,20\nb,1,1\n"},
        *("0.45", "1", "50.00"),  # 9/20; 100·45/90
        status="missed",
    ),
    Example(
        *("M60", 'count(visits, where=visits.kind == "VIP")', "count", "≥ 4"),
        {"visits": "agent,kind\na,VIP\na,VIP\na,VIP\na,\na,其他\nb,VIP\n"},
        *("3", "3", "75.00"),  # 100·3/4
        status="missed",
    ),
)
