"""Speed and efficiency, M01 to M20: formulas as in the cookbook, rows, and the values worked out by hand."""

from catalogue_case import Example

EXAMPLES = (
    Example(
        *("M01", "mean(chats.first_response)", "duration", "≤ 30s"),
        {"chats": "agent,first_response:s\na,30\na,50\na,\nb,5\n"},
        # (30 + 50) / 2; the chat without a first response is not in n. 100·30/40
        *("40", "2", "75.00"),
        status="missed",
    ),
    Example(
        *("M02", "median(chats.first_response)", "duration", "≤ 30s"),
        {"chats": "agent,first_response:s\na,500\na,10\na,50\nb,5\n"},
        *("50", "3", "60.00"),  # the middle of 10, 50, 500. 100·30/50
        status="missed",
    ),
    Example(
        *("M03", "weighted_mean(chats.mean_response, by=chats.replies)", "duration", "≤ 60s"),
        {"chats": "agent,mean_response:s,replies:number\na,10,1\na,100,8\na,,3\nb,5,1\n"},
        # (10·1 + 100·8) / 9 = 90, where the mean of the means is 55. 100·60/90
        *("90", "2", "66.67"),
        status="missed",
    ),
    Example(
        "M03b",
        'share((chats.channel in ["网页", "APP"] and chats.first_response <= 30s)'
        ' or (chats.channel == "小程序" and chats.first_response <= 60s))',
        *("percent", "≥ 70%"),
        {"chats": "agent,channel,first_response:s\na,网页,30\na,APP,31\na,小程序,60\na,电话,5\na,网页,\nb,网页,99\n"},
        # kept: 网页 30, 小程序 60; not kept: APP 31, 电话; unknown: the last. 2 of 4; 100·.5/.7
        *("0.5", "4", "71.43"),
        status="missed",
    ),
    Example(
        *("M04", "share(chats.first_response <= 30s)", "percent", "≥ 70%"),
        {"chats": "agent,first_response:s\na,30\na,31\na,5\na,\nb,99\n"},
        *("0.666667", "3", "95.24"),  # 2 of 3; 100·(2/3)/.7 = 95.238
        status="missed",
    ),
    Example(
        *("M05", "unique(chats.buyer, where=chats.first_response > 60s)", "count", "≤ 5"),
        {
            "chats": "agent,buyer,first_response:s\na,u1,61\na,u1,90\na,u2,61\na,u3,61\na,u4,61\na,u5,61\na,u6,61\n"
            "a,u7,61\na,u8,60\na,u9,\nb,u1,61\n"
        },
        *("7", "7", "90.00"),  # u1 to u7, u1 once. 100 − 5·(7 − 5)
        score="{rule: deduct, start: 100, each: 5, free: 5}",
        status="missed",
    ),
    Example(
        "M06",
        'mean(workorders.started_at - workorders.submitted_at, where=workorders.priority == "紧急")',
        *("duration", "≤ 20min"),
        {
            "workorders": """
            agent,at:datetime,submitted_at:datetime,started_at:datetime,priority
            a,2026-10-05 09:00,2026-10-05 09:00,2026-10-05 09:10,紧急
            a,2026-10-05 10:00,2026-10-05 10:00,2026-10-05 10:40,紧急
            a,2026-10-05 11:00,2026-10-05 11:00,2026-10-05 15:00,高
            b,2026-10-05 11:00,2026-10-05 11:00,2026-10-05 11:01,紧急
            """
        },
        *("1500", "2", "80.00"),  # (10 + 40) / 2 = 25 min = 1500 s. 100·20/25
        status="missed",
    ),
    Example(
        *("M07", "mean(chats.wait)", "duration", "≤ 15s"),
        {"chats": "agent,wait:s\na,10\na,30\nb,1\n"},
        *("20", "2", "75.00"),  # 100·15/20
        status="missed",
    ),
    Example(
        *("M08", "mean(chats.handling)", "duration", "≤ 11min"),
        {"chats": "agent,handling:min\na,10\na,12\na,17\nb,1\n"},
        *("780", "3", "84.62"),  # 39 / 3 = 13 min. 100·11/13 = 84.615
        status="missed",
    ),
    Example(
        *("M09", "mean(workorders.solved_at - workorders.submitted_at)", "duration", "≤ 20h"),
        {
            "workorders": """
            agent,at:datetime,submitted_at:datetime,solved_at:datetime
            a,2026-10-05 09:00,2026-10-05 09:00,2026-10-05 19:00
            a,2026-10-05 09:00,2026-10-05 09:00,2026-10-07 01:00
            a,2026-10-05 09:00,2026-10-05 09:00,
            b,2026-10-05 09:00,2026-10-05 09:00,2026-10-05 10:00
            """
        },
        *("90000", "2", "80.00"),  # (10 + 40) / 2 = 25 h; what is open has no duration. 100·20/25
        status="missed",
    ),
    Example(
        "M10",
        "share(not missing(workorders.solved_at) and ("
        ' (workorders.priority == "紧急" and workorders.solved_at - workorders.submitted_at <= 6h)'
        ' or (workorders.priority == "高" and workorders.solved_at - workorders.submitted_at <= 14h)'
        ' or (workorders.priority == "普通" and workorders.solved_at - workorders.submitted_at <= 30h)))',
        *("percent", "≥ 85%"),
        {
            "workorders": """
            agent,at:datetime,submitted_at:datetime,solved_at:datetime,priority
            a,2026-10-05 09:00,2026-10-05 09:00:00,2026-10-05 15:00:00,紧急
            a,2026-10-05 09:00,2026-10-05 09:00:00,2026-10-05 15:00:01,紧急
            a,2026-10-05 09:00,2026-10-05 09:00:00,2026-10-05 23:00:00,高
            a,2026-10-05 09:00,2026-10-05 09:00:00,2026-10-06 15:00:00,普通
            a,2026-10-05 09:00,2026-10-05 09:00:00,2026-10-06 15:00:01,普通
            a,2026-10-05 09:00,2026-10-05 09:00:00,,普通
            b,2026-10-05 09:00,2026-10-05 09:00:00,,紧急
            """
        },
        *("0.5", "6", "58.82"),  # the first, third and fourth; the open one is late. 100·.5/.85 = 58.8235
        status="missed",
    ),
    Example(
        "M11",
        "share(not missing(complaints.handled_at) and complaints.handled_at - complaints.raised_at <= 24h)",
        *("percent", "≥ 95%"),
        {
            "complaints": """
            agent,at:datetime,raised_at:datetime,handled_at:datetime
            a,2026-10-05 09:00,2026-10-05 09:00:00,2026-10-06 09:00:00
            a,2026-10-05 09:00,2026-10-05 09:00:00,2026-10-06 09:00:01
            a,2026-10-05 09:00,2026-10-05 09:00:00,
            a,2026-10-05 09:00,2026-10-05 09:00:00,2026-10-05 10:00:00
            """
        },
        *("0.5", "4", "52.63"),  # 2 of 4; 100·.5/.95 = 52.63
        status="missed",
    ),
    Example(
        *("M12", "mean(incidents.restored_at - incidents.began_at)", "duration", "≤ 1h"),
        {
            "incidents": """
            agent,at:datetime,began_at:datetime,restored_at:datetime
            a,2026-10-05 09:00,2026-10-05 23:45,2026-10-06 00:15
            a,2026-10-05 09:00,2026-10-05 09:00,2026-10-05 11:00
            """
        },
        *("4500", "2", "80.00"),  # (30 + 120) / 2 = 75 min. 100·60/75
        status="missed",
    ),
    Example(
        *("M13", "sum(chats.wait) / count(chats)", "duration", "≤ 15s"),
        {"chats": "agent,wait:s\na,20\na,\na,40\nb,1\n"},
        *("20", "3", "75.00"),  # 60 s over 3 services, where the mean of the known waits is 30. 100·15/20
        status="missed",
    ),
    Example(
        *("M14", "sum(monthly.handled) / sum(attendance.present)", "number", "≥ 200"),
        {
            "monthly": "agent,handled:number\na,3960\nb,100\n",
            "attendance": "agent,present:number\na,22\nb,1\n",
        },
        *("180", "1", "90.00"),  # 3960 / 22 days worked. 100·180/200
        status="missed",
    ),
    Example(
        *("M15", "peak(chats.started_at, chats.ended_at)", "count", "≥ 3"),
        {
            "chats": """
            agent,at:datetime,started_at:datetime,ended_at:datetime
            a,2026-10-05 09:00,2026-10-05 09:00,2026-10-05 09:30
            a,2026-10-05 09:10,2026-10-05 09:10,2026-10-05 09:20
            a,2026-10-05 09:20,2026-10-05 09:20,2026-10-05 09:40
            a,2026-10-05 09:30,2026-10-05 09:30,2026-10-05 09:50
            b,2026-10-05 09:05,2026-10-05 09:05,2026-10-05 09:55
            """
        },
        # two at 9:10, at 9:20 (one ends, one begins) and at 9:30. 100·2/3
        *("2", "4", "66.67"),
        status="missed",
    ),
    Example(
        *("M16", "sum(monthly.handled) / (sum(monthly.work_time) / 1h)", "number", "20..40"),
        {"monthly": "agent,handled:number,work_time:h\na,900,20\nb,100,20\n"},
        *("45", "1", "88.89"),  # 900 / 20 = 45, too many: as ≤ 40, 100·40/45
        status="missed",
    ),
    Example(
        *("M17", "sum(monthly.busy_time) / sum(monthly.work_time)", "percent", "≥ 85%"),
        {"monthly": "agent,busy_time:h,work_time:h\na,120,160\nb,1,1\n"},
        *("0.75", "1", "88.24"),  # 100·.75/.85 = 88.235
        status="missed",
    ),
    Example(
        *("M18", "sum(monthly.handled) / sum(monthly.planned)", "percent", "= 100%"),
        {"monthly": "agent,handled:number,planned:number\na,1100,1000\nb,1,1\n"},
        *("1.1", "1", "90.00"),  # a tenth too much is a tenth off
        status="missed",
    ),
    Example(
        *("M19", "share(chats.from_bot)", "percent", "≤ 40%"),
        {"chats": "agent,from_bot:boolean\na,yes\na,no\na,\nb,no\n"},
        *("0.5", "2", "80.00"),  # 1 of 2; 100·.4/.5
        status="missed",
    ),
    Example(
        *("M20", "sum(monthly.handled) / only(team_sheet.headcount)", "number", "≥ 3600"),
        {
            "monthly": "agent,handled:number\na,3000\nb,2400\nc,9999\n",
            "team_sheet": "team,headcount:number\none,2\ntwo,1\n",
        },
        *("2700", "1", "75.00"),  # (3000 + 2400) / 2 heads; team two is another. 100·2700/3600
        scope="team",
        status="missed",
    ),
)
