"""Business, M39 to M49: formulas as in the cookbook, rows, and the values worked out by hand."""

from catalogue_case import Example

EIGHT = "".join(f"a,b{number}\n" for number in range(8))
RETURNS = """
returns:
  like: orders
  time: returned_on
  where: returned and not missing(returned_on)
  empty: zero
""".strip()

EXAMPLES = (
    Example(
        *("M39", "unique(chats.buyer, where=chats.paid) / unique(chats.buyer)", "percent", "≥ 15%"),
        {
            "chats": "agent,buyer,paid:boolean\na,u1,yes\na,u1,yes\na,u1,no\na,u2,no\na,u3,no\na,u4,no\na,u5,no\n"
            "a,u6,no\na,u7,no\na,u8,no\na,u9,no\na,u10,\nb,u1,yes\n"
        },
        *("0.1", "10", "66.67"),  # one of ten people paid, however often. 100·10/15
        status="missed",
    ),
    Example(
        *("M39 b", "count(orders) / unique(chats.buyer)", "percent", "≥ 20%"),
        {"orders": "agent,buyer\na,b1\nb,b2\n", "chats": f"agent,buyer\n{EIGHT}a,b1\nb,b9\n"},
        *("0.125", "8", "62.50"),  # one order over eight people. 100·12.5/20
        status="missed",
    ),
    Example(
        *("M40", "(aov - previous(aov)) / previous(aov)", "percent", "≥ 5%"),
        {
            "orders": """
            agent,at:date,amount:number
            a,2026-08-31,999
            a,2026-09-01,100
            a,2026-09-30,300
            a,2026-10-01,200
            a,2026-10-31,212
            b,2026-10-05,50
            """
        },
        # September: 400 / 2 = 200; October: 412 / 2 = 206. 6 / 200 = 3 % of the 5 % asked for
        *("0.03", "2", "60.00"),
        metrics="aov: {formula: sum(orders.amount) / count(orders), unit: money}",
        status="missed",
    ),
    Example(
        *("M41", "share(orders.items > 1)", "percent", "≥ 20%"),
        {"orders": "agent,items:number\na,1\na,1\na,2\na,1\na,1\na,1\na,\nb,3\n"},
        *("0.166667", "6", "83.33"),  # 1 of 6; 100·(1/6)/.2
        status="missed",
    ),
    Example(
        *("M42", "unique(orders.buyer, where=orders.returning) / unique(orders.buyer)", "percent", "≥ 20%"),
        {
            "orders": "agent,buyer,returning:boolean\na,u1,yes\na,u1,yes\na,u2,no\na,u3,no\na,u4,no\na,u5,no\na,u6,no\n"
            "a,u7,no\na,u8,no\na,u9,no\na,u10,no\nb,u1,yes\n"
        },
        *("0.1", "10", "50.00"),  # one of ten people; 100·10/20
        status="missed",
    ),
    Example(
        *("M43", "count(returns) / count(orders)", "percent", "≤ 5%"),
        {
            "orders": """
            agent,at:date,returned:boolean,returned_on:date
            a,2026-09-20,yes,2026-10-02
            a,2026-10-01,no,
            a,2026-10-02,yes,2026-11-01
            a,2026-10-03,no,
            a,2026-10-31,no,
            b,2026-10-05,yes,2026-10-06
            """
        },
        *("0.25", "4", "20.00"),  # one came back in October, four were sold in it. 100·5/25
        sources=RETURNS,
        status="missed",
    ),
    Example(
        *("M43 b", "count(returns) / unique(chats.buyer, where=chats.paid)", "percent", "≤ 8%"),
        {
            "orders": "agent,at:date,returned:boolean,returned_on:date\na,2026-10-01,yes,2026-10-09\n",
            "chats": "agent,buyer,paid:boolean\na,u1,yes\na,u1,yes\na,u2,yes\na,u3,yes\na,u4,yes\na,u5,no\n",
        },
        *("0.25", "4", "32.00"),  # one return, four people who paid (one twice). 100·8/25
        sources=RETURNS,
        status="missed",
    ),
    Example(
        *("M44", "m45_sales / team_mean(m45_sales)", "percent", "≥ 100%"),
        {"orders": "agent,amount:number\na,100\na,200\nb,500\nc,9999\n"},
        # a sold 300, b 500: the mean of team one is 400. c is of another team
        *("0.75", "2", "75.00"),
        metrics="m45_sales: {formula: sum(orders.amount), unit: money}",
        status="missed",
    ),
    Example(
        *("M45", "sum(orders.amount)", "money", ""),
        {"orders": "agent,amount:number\na,100\na,200\nb,500\nc,300\n"},
        *("300", "2", "90.00"),  # second with c among three: 120 − (120 − 60)·1/2
        score="{rule: rank, top: 120, bottom: 60}",
        better="higher",
    ),
    Example(
        *("M46", "sum(monthly.opened) / sum(monthly.offered)", "percent", "≥ 15%"),
        {"monthly": "agent,opened:number,offered:number\na,3,25\nb,1,1\n"},
        *("0.12", "1", "80.00"),  # 100·12/15
        status="missed",
    ),
    Example(
        *("M47", "sum(monthly.kept) / sum(monthly.base)", "percent", "≥ 93%"),
        {"monthly": "agent,kept:number,base:number\na,80,100\nb,1,1\n"},
        *("0.8", "1", "86.02"),  # 100·80/93 = 86.0215
        status="missed",
    ),
    Example(
        *("M48", "sum(monthly.lost) / sum(monthly.base)", "percent", "≤ 7%"),
        {"monthly": "agent,lost:number,base:number\na,10,100\nb,1,1\n"},
        *("0.1", "1", "70.00"),  # 100·7/10
        status="missed",
    ),
    Example(
        *("M49", "sum(monthly.cost) / sum(monthly.handled)", "money", "≤ 2.2"),
        {"monthly": "agent,cost:number,handled:number\na,5500,2000\nb,1,1\n"},
        *("2.75", "1", "80.00"),  # 100·2.2/2.75
        status="missed",
    ),
)
