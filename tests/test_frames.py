"""Notebooks get the same figures as files do, as pandas frames."""

import csv
import io
from decimal import Decimal

import pandas as pd
import pytest
from conftest import ROOT, Kpi

from kpi_cli.frames import score
from kpi_cli.problems import KpiError

SCHEME = ROOT / "configs" / "ecommerce-presales.yaml"
SAMPLE = ROOT / "sample_data"


@pytest.mark.parametrize("detail", [False, True])
def test_frames_hold_what_csv_holds(kpi: Kpi, *, detail: bool) -> None:
    options = ["--detail"] if detail else []
    ran = kpi("score", SCHEME, SAMPLE, "--period", "2026-10", "--format", "csv", *options)
    rows = list(csv.reader(io.StringIO(ran.text)))
    frame = score(SCHEME, SAMPLE, period="2026-10", detail=detail)
    assert list(frame.columns) == rows[0]
    texts = frame.astype(object).where(frame.notna(), "").astype(str).to_numpy().tolist()
    assert texts == rows[1:]


def test_numbers_are_exact_and_ids_are_text() -> None:
    frame = score(SCHEME, SAMPLE, period="2026-10")
    first = frame.iloc[0]
    assert (first["agent_id"], first["score"], first["rank"]) == ("0101", Decimal("114.9"), 1)
    assert isinstance(first["score"], Decimal)


def test_a_frame_may_stand_for_a_source() -> None:
    orders = pd.read_csv(SAMPLE / "orders.csv", dtype=str, keep_default_na=False)
    names = ("chats-*", "attendance-*", "training-*", "complaints", "roster")
    others = [path for name in names for path in sorted(SAMPLE.glob(f"{name}.csv"))]
    by_frame = score(SCHEME, {"orders": orders}, *others, period="2026-10")
    pd.testing.assert_frame_equal(by_frame, score(SCHEME, SAMPLE, period="2026-10"))


def test_problems_are_raised() -> None:
    with pytest.raises(KpiError, match="no file for 2020-01"):
        score(SCHEME, SAMPLE, period="2020-01")
