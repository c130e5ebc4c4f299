"""Cases of the products that the world uses: tickets, conversations, and Chatwoot in English and Chinese."""

from preset_case import Case, weighted

TICKETS = (
    Case(
        "zendesk-tickets",
        ("duration mean(x.first_response)", "percent share(x.rating == 1)", "duration mean(x.resolution)"),
        {"Ann": ("3600", "0.5", "54000"), "Bo": ("900", "", "")},  # Bo's second ticket is of November
    ),
    Case(
        "freshdesk-tickets",
        (
            "duration mean(x.first_response)",
            "duration mean(x.resolution)",
            "percent share(x.first_response_in_time)",
            "duration mean(x.replied_at - x.created_at)",
        ),
        {"Ann": ("2700", "54900", "1", "2700"), "Bo": ("", "", "0", "45")},
    ),
    Case(  # the first conversation is of October, the last of November: neither by New York's clock
        "intercom-conversations",
        ("count count(x)", "duration mean(x.resolution)", "percent share(x.bot_involved)"),
        {"Ann": ("2", "1200", "0.5"), "Bo": ("1", "60", "")},
    ),
    Case(
        "intercom-ratings",
        ("number mean(x.rating)", "count count(x)"),
        {"Ann": ("5", "1"), "Bo": ("4", "1")},
    ),
    Case(
        "gorgias-tickets",
        ("duration mean(x.first_response)", "duration mean(x.resolution)", "number mean(x.rating)"),
        {"ann@example.com": ("300", "1805", "5"), "bo@example.com": ("45", "", "2")},
    ),
    Case(
        "zoho-desk-tickets",
        (
            "duration mean(x.resolution_business)",
            "duration mean(x.first_response_business)",
            "percent share(x.fcr)",
            'percent share(x.sla == "Not Violated")',
        ),
        {"Ann": ("55000", "3600", "0.5", "0.5"), "Bo": ("", "2700", "0", "1")},
    ),
    Case(
        "zammad-tickets",
        (
            "duration mean(x.first_response)",
            "percent share(x.first_response_left >= 0s)",
            "duration mean(x.resolution)",
        ),
        {"Ann": ("1200", "0.5", "7200"), "Bo": ("300", "1", "2700")},
    ),
    Case(
        "osticket-tickets",
        ("duration mean(x.closed_at - x.created_at)", "percent share(x.overdue)", "count sum(x.reopens)"),
        {"Ann": ("5400", "0.5", "1"), "Bo": ("", "0", "0")},
    ),
    Case(
        "otrs-tickets",
        (
            "duration mean(x.first_response)",
            "duration mean(x.resolution)",
            "percent share(x.first_response_left >= 0s)",
        ),
        {"ann": ("1200", "7200", "0.5"), "bo": ("300", "3600", "1")},
    ),
    Case(
        "jira-issues",
        (
            "percent share(x.first_response_left >= 0s)",
            "duration mean(x.solved_at - x.created_at)",
            "number mean(x.rating)",
            "duration mean(x.resolution_left)",
        ),
        {"Ann": ("0.5", "7200", "4", "5850"), "Bo": ("1", "", "", "")},
    ),
    Case(
        "servicenow-incidents",
        (
            "percent share(x.in_time)",
            "duration mean(x.resolution)",
            "duration mean(x.resolution_business)",
            "count sum(x.reopens)",
        ),
        {"ann": ("0.5", "66033.5", "48600", "1"), "bo": ("1", "", "", "0")},
    ),
    Case(
        "salesforce-cases",
        ("count count(x)", "duration mean(x.closed_at - x.created_at)"),
        {"Ann": ("2", "5400"), "Bo": ("1", "")},
    ),
    Case(  # its days begin at 00:00 in Chicago, the period's at 00:00 UTC: both first and last ticket are of October
        "hubspot-tickets",
        ("count count(x)", "duration mean(x.first_response)", "duration mean(x.resolution)"),
        {"Ann": ("2", "600", "46800"), "Bo": ("1", "", "")},
        more=("timezone: America/Chicago",),
    ),
)

_CHATWOOT = (weighted("duration", "first_response"), "duration weighted_mean(x.resolution, by=x.resolved)")
CHATWOOT = (
    Case(
        "chatwoot-agents",
        (*_CHATWOOT, "count sum(x.resolved)", weighted("duration", "wait")),
        {"Ann": ("125", "7500", "30", "61"), "Bo": ("45", "97200", "4", ""), "Cy": ("", "", "0", "")},
    ),
    Case(
        "chatwoot-agents",
        (*_CHATWOOT, "count sum(x.resolved)", weighted("duration", "wait")),
        {"小安": ("125", "7500", "30", "45"), "小博": ("45", "97200", "4", "")},
        sample="chatwoot-agents-zh",
    ),
    Case(
        "chatwoot-teams",
        (*_CHATWOOT, weighted("duration", "avg_response")),
        {"ann": ("125", "7500", "50"), "bo": ("45", "97200", "90")},
        roster={"ann": "sales", "bo": "support"},
    ),
    Case(
        "chatwoot-csat",
        ("number mean(x.rating)", "percent share(x.rating >= 4)"),
        {"Ann (ann@example.com)": ("4", "0.5"), "Bo (bo@example.com)": ("4", "1")},
    ),
    Case(
        "chatwoot-csat",
        ("number mean(x.rating)", "percent share(x.rating >= 4)"),
        {"小安 (an@example.com)": ("3.5", "0.5")},
        sample="chatwoot-csat-zh",
    ),
    Case(
        "chatwoot-sla",
        ("count count(x, where=not missing(x.breached))", "count unique(x.id)"),
        {"Ann": ("2", "2"), "Bo": ("0", "1")},
    ),
)
