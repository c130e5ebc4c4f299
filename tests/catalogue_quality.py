"""Quality and satisfaction, M21 to M38: formulas as in the cookbook, rows, and the values worked out by hand."""

from catalogue_case import Example

RATED = """
ratings:
  like: chats
  agent: rated_agent
  time: rated_at
  where: not missing(rating)
""".strip()

EXAMPLES = (
    Example(
        *("M21", "share(chats.solved_at_once)", "percent", "≥ 85%"),
        {"chats": "agent,solved_at_once:boolean\na,yes\na,yes\na,no\na,yes\na,\nb,no\n"},
        *("0.75", "4", "88.24"),  # 3 of 4; 100·.75/.85 = 88.235
        status="missed",
    ),
    Example(
        *("M22", "share(chats.solved)", "percent", "≥ 95%"),
        {"chats": "agent,solved:boolean\na,yes\na,yes\na,yes\na,no\nb,no\n"},
        *("0.75", "4", "78.95"),  # 100·.75/.95 = 78.947
        status="missed",
    ),
    Example(
        *("M23", "share(chats.follow_up_solved, where=chats.follow_up)", "permille", "≥ 750‰"),
        {"chats": "agent,follow_up:boolean,follow_up_solved:boolean\na,yes,yes\na,yes,no\na,no,yes\na,yes,\n"},
        *("0.5", "2", "66.67"),  # of the two that needed it and are known, one. 100·500/750
        status="missed",
    ),
    Example(
        *("M24", "share(chats.replied and chats.solved)", "percent", "≥ 90%"),
        {"chats": "agent,replied:boolean,solved:boolean\na,yes,yes\na,yes,no\na,no,yes\na,no,\na,yes,\nb,yes,yes\n"},
        # not replied is no, whatever else; replied and unknown is unknown. 1 of 4; 100·.25/.9 = 27.777
        *("0.25", "4", "27.78"),
        status="missed",
    ),
    Example(
        *("M25", "share(ratings.rating >= 4)", "percent", "≥ 90%"),
        {
            "chats": """
            id,agent,at:datetime,rated_agent,rated_at:datetime,rating:number
            1,b,2026-10-01 09:00,a,2026-10-02 09:00,5
            2,a,2026-10-02 09:00,a,2026-10-03 09:00,3
            3,a,2026-09-30 09:00,a,2026-10-01 09:00,4
            4,a,2026-10-31 09:00,a,2026-11-01 09:00,5
            5,a,2026-10-05 09:00,b,2026-10-05 10:00,1
            6,a,2026-10-06 09:00,a,2026-10-06 10:00,
            """
        },
        # rated for a in October: 5, 3 and 4, whoever chatted and whenever. 2 of 3; 100·(2/3)/.9 = 74.07
        *("0.666667", "3", "74.07"),
        sources=RATED,
        status="missed",
    ),
    Example(
        *("M26", "mean(ratings.rating)", "number", "≥ 4.5"),
        {"ratings": "agent,rating:number\na,5\na,4\na,3\na,\nb,1\n"},
        *("4", "3", "88.89"),  # 12 / 3; 100·4/4.5
        status="missed",
    ),
    Example(
        *("M27", "mean(ratings.rating) * 20", "points", ""),
        {"ratings": "agent,rating:number\na,5\na,4\nb,1\n"},
        *("90", "2", "90.00"),  # 4.5·20
        score="{rule: as_is}",
    ),
    Example(
        *("M28", "nps(ratings.recommend)", "percent", "≥ 50%"),
        {"ratings": "agent,recommend:number\na,10\na,6\na,0\na,8\nb,10\n"},
        # one promoter, two detractors, of four: −25 %, half way from −50 % (0 points) to 0 % (40)
        *("-0.25", "4", "20.00"),
        score="{rule: line, points: [[-50%, 0], [0%, 40], [50%, 100], [80%, 120]]}",
        status="missed",
    ),
    Example(
        *("M29", "count(complaints) / count(chats)", "percent", "≤ 1%"),
        {"complaints": "agent,id\na,1\n", "chats": "agent,id\na,1\na,2\na,3\na,4\nb,5\n"},
        *("0.25", "4", "4.00"),  # 100·1/25
        status="missed",
    ),
    Example(
        *("M29", "count(complaints) / count(chats)", "percent", "≤ 1%"),
        {"complaints": "agent,id\nb,1\n", "chats": "agent,id\na,1\na,2\nb,3\n"},
        *("0", "2", "120.00"),  # no complaint is the normal value: it reaches the cap
        status="met",
    ),
    Example(
        *("M30", "share(ratings.rating <= 2)", "percent", "≤ 4%"),
        {"ratings": "agent,rating:number\na,2\na,5\na,5\na,3\nb,1\n"},
        *("0.25", "4", "16.00"),  # 100·4/25
        status="missed",
    ),
    Example(
        *("M31", 'count(ratings, where=ratings.bad_reason == "客服态度")', "count", "≤ 1"),
        {"ratings": "agent,bad_reason\na,客服态度\na,物流\na,客服态度\na,\na,客服态度\nb,客服态度\n"},
        *("3", "3", "40.00"),  # 100 − 20·3
        score="{rule: deduct, start: 100, each: 20}",
        status="missed",
    ),
    Example(
        *("M32", "share(ratings.rating == 5)", "percent", "≥ 60%"),
        {"ratings": "agent,rating:number\na,5\na,5\na,4\na,\nb,1\n"},
        *("0.666667", "3", "111.11"),  # 100·(2/3)/.6
        status="met",
    ),
    Example(
        *("M33", "sum(qa.passed) / sum(qa.sampled)", "percent", "≥ 98%"),
        {"qa": "agent,passed:number,sampled:number\na,19,20\na,8,10\nb,1,1\n"},
        *("0.9", "2", "91.84"),  # 27 of 30, where the mean of the rates is .875. 100·90/98 = 91.836
        status="missed",
    ),
    Example(
        *("M34", "sum(qa.violations)", "count", "≤ 5"),
        {"qa": "agent,violations:number\na,3\na,4\nb,1\n"},
        *("7", "2", "30.00"),  # 100 − 10·7
        score="{rule: deduct, start: 100, each: 10}",
        status="missed",
    ),
    Example(
        *("M35", "only(monthly.mystery)", "points", "≥ 90"),
        {"monthly": "agent,mystery:number\na,88\nb,99\n"},
        *("88", "1", "88.00"),
        score="{rule: as_is}",
        status="missed",
    ),
    Example(
        *("M36", "sum(orders.refund) / sum(orders.amount)", "percent", "≤ 5%"),
        {"orders": "agent,refund:number,amount:number\na,,100\na,40,300\nb,1,1\n"},
        *("0.1", "2", "50.00"),  # 40 / 400; 100·5/10
        status="missed",
    ),
    Example(
        *("M37", "only(monthly.desk_effect)", "percent", "≥ 90%"),
        {"monthly": "agent,desk_effect:percent\na,81%\nb,99%\n"},
        *("0.81", "1", "90.00"),  # 100·81/90
        status="missed",
    ),
    Example(
        *("M38", "only(team_sheet.satisfaction)", "number", "≥ 4"),
        {"team_sheet": "team,satisfaction:number\none,3.6\ntwo,5\n"},
        *("3.6", "1", "90.00"),  # 100·3.6/4
        scope="team",
        status="missed",
    ),
)
