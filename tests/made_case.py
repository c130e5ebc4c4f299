"""A small scheme with exports, written into a folder: what the tests of the command line run.

By hand: 007 answers in 25 s of 30 s (100·30/25 = 120) and solves 4 of 5 = 80 % of 80 % (100): 72 + 40 = 112, S.
012 answers in 40 s (75) and solves 1 of 2 (100·50/80 = 62.5): 45 + 25 = 70, D. 021 has no row.
"""

from pathlib import Path

SCHEME = """\
kpi: 1
name: 客服月度绩效
language: zh
timezone: Asia/Shanghai
roster:
  files: roster.csv
  agent: id
  columns: {id: 工号, name: 姓名, team: 小组}
sources:
  chats:
    files: "chats*.csv"
    key: chat_id
    agent: agent_id
    time: started_at
    columns:
      chat_id: 会话ID
      agent_id: 客服工号
      started_at: {from: 开始时间, type: datetime}
      first_response: {from: 首次响应时长, type: duration, unit: s}
      resolved: {from: 一次解决, type: boolean}
metrics:
  frt: {label: 首次响应时间, formula: mean(chats.first_response), unit: duration, target: ≤ 30s}
  fcr: {label: 一次解决率, formula: share(chats.resolved), unit: percent, target: ≥ 80%}
scoring: {cap: 120, decimals: {metric: 2, total: 1}}
scorecards:
  all: {label: 客服, weights: {效率: {frt: 60}, 质量: {fcr: 40}}}
grades:
  - {grade: S, min: 110, coefficient: 1.3}
  - {grade: A, min: 100, coefficient: 1.1}
  - {grade: B, min: 90, coefficient: 1.0}
  - {grade: D, coefficient: 0.6}
"""
ROSTER = "工号,姓名,小组\n007,小张,一组\n012,李雷,二组\n021,韩梅梅,一组\n"
CHATS = """\
会话ID,客服工号,开始时间,首次响应时长,一次解决
c1,007,2026-10-01 09:00:00,20,是
c2,007,2026-10-02 09:00:00,30,是
c3,007,2026-10-03 09:00:00,25,是
c4,007,2026-10-04 09:00:00,25,是
c5,007,2026-10-05 09:00:00,25,否
c6,012,2026-10-06 09:00:00,40,是
c7,012,2026-10-07 09:00:00,40,否
c8,012,2026-11-01 00:00:00,1,是
"""
SUMMARY = """\
period,agent_id,agent_name,team,scorecard,score,grade,coefficient,rank,of,coverage,status,notes
2026-10,007,小张,一组,all,112.0,S,1.3,1,2,100,scored,
2026-10,012,李雷,二组,all,70.0,D,0.6,2,2,100,scored,
2026-10,021,韩梅梅,一组,all,,,,,,,no_data,
"""
ACCOUNT = (
    "chats 2026-10: read 8 = used 7 + outside_period 1 + filtered 0 + duplicate 0"
    " + unattributed 0 + unknown_agent 0 + rejected 0"
    " · days 2026-10-01..2026-10-07 (7 of 31, none on 2026-10-08..2026-10-31)"
)


def write_case(folder: Path, scheme: str = SCHEME) -> Path:
    """Write the scheme, the roster and the chats into a folder; `data/` holds the exports."""
    (folder / "data").mkdir()
    (folder / "scheme.yaml").write_text(scheme, encoding="utf-8")
    (folder / "data" / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (folder / "data" / "chats.csv").write_text(CHATS, encoding="utf-8")
    return folder
