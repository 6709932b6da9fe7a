"""Plots show what is in the data."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot
from pyspark.sql import DataFrame, SparkSession

import narrows
from ai.narrows.plots import _short


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
    assert figure.axes[0].get_title() == f"{best.anomalyScore:.4g}\n…{best['index']}"
    assert [ax.get_ylabel() for ax in figure.axes] == ["highest scores", "", "", "lowest scores", "", ""]
    shown = figure.axes[0].images[0].get_array()
    assert np.array_equal(shown, np.frombuffer(best.image.data, np.uint8).reshape(28, 28))
    with pytest.raises(narrows.InputError, match="n must be at least 1"):
        narrows.show_anomalies(scores, n=0)
    assert len(narrows.show_anomalies(scores.limit(2), n=4).axes[3].images) == 0


def test_anomalies_draw_text_beside_each_other(model: narrows.AutoencoderModel, clothes: DataFrame) -> None:
    figure = narrows.show_anomalies(model.transform(clothes))
    figure.canvas.draw()
    titles = [ax.title.get_window_extent() for ax in figure.axes]
    rows = [ax.yaxis.label.get_window_extent() for ax in figure.axes[::8]]
    pictures = [ax.get_window_extent() for ax in figure.axes]
    for texts in (titles, rows):
        assert not any(a.overlaps(b) for i, a in enumerate(texts) for b in texts[:i])
    assert not any(name.overlaps(box) for name in rows for box in [*titles, *pictures])
    assert not any(title.overlaps(box) for title in titles for box in pictures)


def test_a_figure_is_shown_once(
    model: narrows.AutoencoderModel, clothes: DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = model.transform(clothes)
    for backend, still_open in [("agg", True), ("inline", False)]:
        monkeypatch.setattr(matplotlib, "get_backend", lambda backend=backend: backend)
        figure: Any = narrows.show_anomalies(scores, n=1)
        with pytest.raises(NotImplementedError):  # IPython goes on to its own formatters
            figure._ipython_display_()
        assert pyplot.fignum_exists(figure.number) is still_open


def test_errors_leave_no_empty_figure(model: narrows.AutoencoderModel, clothes: DataFrame) -> None:
    scores = model.transform(clothes)
    with pytest.raises(narrows.NarrowsError, match="nowhere"):
        narrows.show_anomalies(scores, imageCol="nowhere")
    with pytest.raises(narrows.InputError, match="at most 20"):
        narrows.plot_latent(scores, labelCol="id")
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["a", "b"], ["a", "b"]),
        (["photos/2024/good/1.png", "photos/2024/scratch/2.png"], ["…good/1.png", "…scratch/2.png"]),
        (["photos/a_rather_long_name.png", "b"], ["…her_long_name.png", "b"]),
        (["a" * 30], ["…" + "a" * 17]),
        (["no" * 10 + "1", "no" * 10 + "2"], ["…" + ("no" * 10 + "1")[-17:], "…" + ("no" * 10 + "2")[-17:]]),
        ([], []),
    ],
)
def test_long_names_are_cut(names: list[str], short: list[str]) -> None:
    assert list(_short(names)) == short
    assert all(len(name) <= 18 for name in short)


def test_anomalies_without_an_image_or_a_score(model: narrows.AutoencoderModel, clothes: DataFrame) -> None:
    scores = model.transform(clothes)
    with pytest.raises(narrows.InputError, match="is null, or not among the images"):
        narrows.show_anomalies(scores.drop("image"), clothes.limit(1), n=3)
    with pytest.raises(narrows.InputError, match="column 'anomalyScore' has no scores"):
        narrows.show_anomalies(scores.where("anomalyScore < 0"))
    with pytest.raises(narrows.InputError, match="has the score NaN"):
        narrows.show_anomalies(scores.selectExpr("id", "image", "double('NaN') AS anomalyScore"))


def test_latents(model: narrows.AutoencoderModel, vae: Any, clothes: DataFrame, spark: SparkSession) -> None:
    ax = narrows.plot_latent(model.transform(clothes), labelCol="label", n=100)
    assert sum(len(collection.get_offsets()) for collection in ax.collections) == 100
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [str(label) for label in range(10)]
    colors = ax.collections[0].get_facecolors()
    assert len({tuple(color) for color in colors}) == 10
    assert len({tuple(color) for color in colors[-20:]}) > 3, "classes are drawn in random order, none over the others"
    named = model.transform(clothes).selectExpr(
        "latent", "element_at(array('10', 'boot', '9', 'a-2'), label % 4 + 1) AS k"
    )
    legend = narrows.plot_latent(named, labelCol="k").get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["9", "10", "a-2", "boot"]
    flat = narrows.plot_latent(vae.transform(clothes))
    assert flat.get_xlabel() == "latent dimension 0"
    line = narrows.plot_latent(spark.sql("SELECT array(double(id)) AS latent FROM range(5)"))
    assert len(line.collections[0].get_offsets()) == 5
    with pytest.raises(narrows.InputError, match="has 300 classes, but at most 20"):
        narrows.plot_latent(model.transform(clothes), labelCol="id")
