"""Plots show what is in the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot
from pyspark.sql import DataFrame, SparkSession

import narrows


@pytest.fixture(autouse=True)
def _closed() -> Any:
    yield
    pyplot.close("all")


def test_history(model: narrows.AutoencoderModel) -> None:
    ax = model.plot_history()
    assert ax.lines[0].get_ydata().tolist() == model.summary.objectiveHistory
    assert narrows.plot_history(model.summary, ax=ax) is ax
    assert len(ax.lines) == 2


def test_roc(model: narrows.AutoencoderModel, clothes: DataFrame) -> None:
    scores = model.transform(clothes)
    ax = narrows.plot_roc(scores, "label <> 1", label="trousers")
    x, y = (np.asarray(values) for values in ax.lines[0].get_data())
    auroc = narrows.AnomalyMetrics.of(scores, "label <> 1").auroc
    assert float(np.trapezoid(y, x) if hasattr(np, "trapezoid") else np.trapz(y, x)) == pytest.approx(auroc)
    assert ax.get_legend().get_texts()[0].get_text() == f"trousers, AUROC {auroc:.3f}"
    narrows.plot_roc(scores, "label <> 1", ax=ax)
    assert len(ax.lines) == 3


def test_anomalies(model: narrows.AutoencoderModel, clothes: DataFrame) -> None:
    scores = model.transform(clothes)
    figure = narrows.show_anomalies(scores.drop("image"), clothes, n=3)
    best = scores.orderBy("anomalyScore", ascending=False).first()
    assert best.id[-17:] in figure.axes[0].get_title()
    shown = figure.axes[0].images[0].get_array()
    assert np.array_equal(shown, np.frombuffer(best.image.data, np.uint8).reshape(28, 28))
    with pytest.raises(narrows.InputError, match="n must be at least 1"):
        narrows.show_anomalies(scores, n=0)
    assert len(narrows.show_anomalies(scores.limit(2), n=4).axes[3].images) == 0


def test_latents(model: narrows.AutoencoderModel, vae: Any, clothes: DataFrame, spark: SparkSession) -> None:
    ax = narrows.plot_latent(model.transform(clothes), labelCol="label", n=100)
    assert sum(len(collection.get_offsets()) for collection in ax.collections) == 100
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [str(label) for label in range(10)]
    flat = narrows.plot_latent(vae.transform(clothes))
    assert flat.get_xlabel() == "latent dimension 0"
    line = narrows.plot_latent(spark.sql("SELECT array(double(id)) AS latent FROM range(5)"))
    assert len(line.collections[0].get_offsets()) == 5
    with pytest.raises(narrows.InputError, match="has 300 classes, but at most 20"):
        narrows.plot_latent(model.transform(clothes), labelCol="id")
