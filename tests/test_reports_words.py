"""Notes in words, in both languages."""

import pytest
from made_outcomes import scheme

from kpi_cli.reports.words import sentence, sentences
from kpi_cli.scoring.cards import Note, NoteCode


@pytest.mark.parametrize(
    ("note", "zh", "en"),
    [
        (
            Note(NoteCode.REWEIGHTED, ("frt", "fcr")),
            "无得分，权重由其余指标分摊：首次响应时间、一次解决率",
            "without a score, the other weights carry it: 首次响应时间, 一次解决率",
        ),
        (Note(NoteCode.PREVIOUS, ("2026-09",)), "对比期：2026-09", "compared with: 2026-09"),
        (
            Note(NoteCode.SMALL_SAMPLE, ("12", "20")),
            "样本不足，不计：12 < 20",
            "sample too small, counts as missing: 12 < 20",
        ),
        (Note(NoteCode.COUNTED_ZERO), "无数据，按 0 分计", "missing, counted as 0"),
        (Note(NoteCode.GATE, ("违规用语超限", "C")), "一票否决：违规用语超限 → C", "gate: 违规用语超限 → C"),
        (Note(NoteCode.GATE, ("复核", "")), "一票否决：复核", "gate: 复核"),
        (Note(NoteCode.QUOTA, ("S", "2")), "等级名额已满（quota）：S ≤ 2", "quota: S ≤ 2"),
        (Note(NoteCode.AWARD, ("快速响应奖", "200")), "奖项：快速响应奖 200", "award: 快速响应奖 200"),
    ],
)
def test_a_note(note: Note, zh: str, en: str) -> None:
    assert (sentence(note, scheme("zh")), sentence(note, scheme("en"))) == (zh, en)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_words_of_its_own(language: str) -> None:
    said = {sentence(Note(code), scheme(language)) for code in NoteCode}
    assert len(said) == len(NoteCode)


def test_several_notes_are_one_line() -> None:
    notes = (Note(NoteCode.JOINED, ("2026-10-05",)), Note(NoteCode.QUOTA))
    assert sentences(notes, scheme("en")) == "joined: 2026-10-05; quota"
