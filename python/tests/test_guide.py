"""The blocks of docs/python.md run, one after the other."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from matplotlib import pyplot
from pyspark.sql import SparkSession

import narrows

from .conftest import ROOT


def test_every_block_runs(spark: SparkSession, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(blocks) > 12
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        narrows.sample_parts(tmp_path / "parts", size=32, train=40, test=20)
        names: dict[str, Any] = {"__name__": "__main__"}
        for block in blocks:
            # What Spark reads and writes is relative to where its JVM has started.
            absolute = re.sub(
                r'"((?:parts|stream|model|packed|embeddings|report\.html)[/\w]*)"', rf'"{tmp_path}/\1"', block
            )
            absolute = absolute.replace(f'HtmlReport(model, "{tmp_path}/parts")', 'HtmlReport(model, "parts")')
            exec(compile(absolute, "docs/python.md", "exec"), names)
    finally:
        os.chdir(before)
        pyplot.close("all")
    assert names["reconstructions"].shape == (50, 32, 32)
    assert names["latents"].shape == (50, 8)
    assert spark.read.parquet(f"{tmp_path}/stream/scores").count() == 20
    assert (tmp_path / "report.html").is_file()
