"""A small scheme and its data as text, for tests that change one thing in them."""

from dataclasses import dataclass, field
from pathlib import Path

SCHEME = """\
kpi: 1
name: Small team
timezone: UTC

roster:
  files: roster.csv
  agent: id
  columns: {id: id, name: name, team: team}

sources:
  chats:
    files: "chats*.csv"
    key: id
    agent: agent
    time: at
    columns:
      id: id
      agent: agent
      at: {from: at, type: datetime}
      wait: {from: wait, type: duration, unit: s}
      rating: {from: rating, type: number}

metrics:
  first_response_time: {formula: mean(chats.wait), unit: duration, target: ≤ 30s}
  csat: {formula: share(chats.rating >= 4), unit: percent, target: ≥ 80%}

scorecards:
  service:
    weights:
      speed: {first_response_time: 40}
      quality: {csat: 60}

grades:
  - {grade: A, min: 100, coefficient: 1.1}
  - {grade: B, min: 80, coefficient: 1.0}
  - {grade: C, coefficient: 0.8}
"""

ROSTER = "id,name,team\n007,Bond,one\n008,Smith,one\n"

CHATS = """\
id,agent,at,wait,rating
c1,007,2026-10-05 09:00:00,20,5
c2,007,2026-10-06 10:00:00,40,4
c3,008,2026-10-05 11:00:00,60,3
c4,008,2026-10-31 23:59:59,60,5
"""

# 007: mean wait 30 s, 100 points; csat 1 of .8: 125, capped at 120; .4·100 + .6·120 = 112.
# 008: mean wait 60 s, 50 points; csat .5 of .8: 62.5; .4·50 + .6·62.5 = 57.5.
SUMMARY = """\
period,agent_id,agent_name,team,scorecard,score,grade,coefficient,rank,of,coverage,status
2026-10,007,Bond,one,service,112.0,A,1.1,1,2,100,scored
2026-10,008,Smith,one,service,57.5,C,0.8,2,2,100,scored
"""


@dataclass(frozen=True, slots=True)
class Case:
    """The texts of a case; `written` puts them into a folder, the data in `data/`."""

    scheme: str = SCHEME
    files: dict[str, str | bytes] = field(default_factory=lambda: {"roster.csv": ROSTER, "chats.csv": CHATS})

    def written(self, folder: Path) -> Path:
        (folder / "scheme.yaml").write_text(self.scheme, encoding="utf-8")
        data = folder / "data"
        data.mkdir()
        for name, content in self.files.items():
            (data / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return folder


def changed(text: str, old: str, new: str) -> str:
    """Replace what is there exactly once: a change that misses would test nothing."""
    assert text.count(old) == 1, f"{text.count(old)} times: {old}"
    return text.replace(old, new)


def with_scheme(old: str, new: str) -> Case:
    return Case(scheme=changed(SCHEME, old, new))


def with_chats(old: str, new: str) -> Case:
    return Case(files={"roster.csv": ROSTER, "chats.csv": changed(CHATS, old, new)})


def with_files(**files: str | bytes | None) -> Case:
    """Give files (by stem, `.csv` understood) other content; None leaves a file out."""
    wanted = {"roster": ROSTER, "chats": CHATS, **files}
    return Case(files={f"{stem}.csv": content for stem, content in wanted.items() if content is not None})
