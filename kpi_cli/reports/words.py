"""The words of tables and reports, in Chinese and English. Codes in CSV and JSON stay what they are."""

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, assert_never

from msgspec import Struct

from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import Note, NoteCode, Status

Language: TypeAlias = Literal["zh", "en"]


class Words(Struct, frozen=True):
    """The fixed words of one language; `comma` stands between names, `semicolon` between sentences."""

    rank: str
    agent: str
    name: str
    team: str
    score: str
    metric_score: str
    grade: str
    coefficient: str
    status: str
    coverage: str
    dimension: str
    metric: str
    value: str
    count: str
    target: str
    points: str
    weight: str
    notes: str
    summary: str
    detail: str
    agents: str
    agent_one: str
    no_card: str
    grades: str
    not_shown: str
    and_more: str
    comma: str
    semicolon: str
    colon: str


ENGLISH: Final = Words(
    rank="#",
    agent="ID",
    name="Agent",
    team="Team",
    score="Score",
    metric_score="Score",
    grade="Grade",
    coefficient="Coeff.",
    status="Status",
    coverage="Coverage",
    dimension="Dimension",
    metric="Metric",
    value="Value",
    count="n",
    target="Target",
    points="Points",
    weight="Weight",
    notes="Notes",
    summary="Summary",
    detail="Detail",
    agents="agents",
    agent_one="agent",
    no_card="no scorecard",
    grades="Grades",
    not_shown="not shown at this width",
    and_more="and {} more",
    comma=", ",
    semicolon="; ",
    colon=": ",
)
CHINESE: Final = Words(
    rank="名次",
    agent="工号",
    name="客服",
    team="小组",
    score="总分",
    metric_score="得分",
    grade="等级",
    coefficient="系数",
    status="状态",
    coverage="覆盖率",
    dimension="维度",
    metric="指标",
    value="实际值",
    count="样本",
    target="目标",
    points="加权分",
    weight="权重",
    notes="备注",
    summary="汇总",
    detail="明细",
    agents="人",
    agent_one="人",
    no_card="无适用考核表",
    grades="等级分布",
    not_shown="宽度不够，未显示",
    and_more="等人，另有 {} 人",
    comma="、",
    semicolon="；",
    colon="：",
)


def words_of(language: Language) -> Words:
    """Return the words of a language."""
    return CHINESE if language == "zh" else ENGLISH


def status_word(status: Status, language: Language) -> str:
    """Return what became of a card, in words."""
    match status:
        case Status.SCORED:
            pair = "已评分", "scored"
        case Status.HELD:
            pair = "待复核", "held"
        case Status.INCOMPLETE:
            pair = "数据不足", "incomplete"
        case Status.NO_DATA:
            pair = "无数据", "no data"
        case Status.UNASSIGNED:
            pair = "未分配", "unassigned"
        case _:
            assert_never(status)
    return chosen(pair, language)


def sentences(notes: Iterable[Note], scheme: Scheme) -> str:
    """Return several notes as one line of text."""
    return words_of(scheme.language).semicolon.join(sentence(note, scheme) for note in notes)


def sentence(note: Note, scheme: Scheme) -> str:
    """Return a note in words: a phrase, then the names and numbers it is about, metrics by their labels."""
    words = words_of(scheme.language)
    phrase = chosen(_phrases(note.code), scheme.language)
    between = _BETWEEN.get(note.code, words.comma)
    about = between.join(_label(name, scheme) for name in note.about if name)
    return f"{phrase}{words.colon}{about}" if about else phrase


_BETWEEN = {NoteCode.GATE: " → ", NoteCode.QUOTA: " ≤ ", NoteCode.SMALL_SAMPLE: " < ", NoteCode.AWARD: " "}


def _label(name: str, scheme: Scheme) -> str:
    return scheme.metrics[name].label if name in scheme.metrics else name


def _phrases(code: NoteCode) -> tuple[str, str]:
    match code:
        case NoteCode.REWEIGHTED:
            return "无得分，权重由其余指标分摊", "without a score, the other weights carry it"
        case NoteCode.PREVIOUS:
            return "对比期", "compared with"
        case NoteCode.NO_PREVIOUS:
            return "对比期无数据", "nothing to compare with"
        case NoteCode.SMALL_SAMPLE:
            return "样本不足，不计", "sample too small, counts as missing"
        case NoteCode.COUNTED_ZERO:
            return "无数据，按 0 分计", "missing, counted as 0"
        case NoteCode.COUNTED_FULL:
            return "无数据，按满分计", "missing, counted in full"
        case NoteCode.LOW_COVERAGE:
            return "覆盖率过低，不评级", "coverage too low for a grade"
        case NoteCode.STEP:
            return "档位", "step"
        case NoteCode.GATE:
            return "一票否决", "gate"
        case NoteCode.GATE_NOT_JUDGED:
            return "否决项缺数据，未判定（not judged）", "gate not judged"
        case NoteCode.QUOTA:
            return "等级名额已满（quota）", "quota"
        case NoteCode.AWARD:
            return "奖项", "award"
        case NoteCode.JOINED:
            return "入职", "joined"
        case NoteCode.LEFT:
            return "离职", "left"
        case _:
            assert_never(code)


def chosen(pair: tuple[str, str], language: Language) -> str:
    """Return the Chinese or the English text of a pair."""
    return pair[0] if language == "zh" else pair[1]
