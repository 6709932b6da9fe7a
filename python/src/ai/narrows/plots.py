"""Pictures for notebooks, by matplotlib."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from pyspark.sql import Column, DataFrame, functions

from ai.narrows import _java
from ai.narrows.errors import InputError, NarrowsError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError:
        raise NarrowsError("plots need matplotlib: pip install 'narrows[plots]'") from None
    return pyplot


def _axes(ax: Any, **settings: Any) -> Any:
    if ax is None:
        _, ax = _pyplot().subplots(**settings)
    return ax


def _shown_once() -> Any:
    """
    Class of a figure that a function returns. Jupyter shows the value of a cell's last line and, at the end of the
    cell, each open figure: this one is closed once it has been shown.
    """
    from matplotlib import figure, get_backend, pyplot

    class Figure(figure.Figure):
        def _ipython_display_(self) -> None:
            if "inline" in get_backend():
                pyplot.close(self)
            raise NotImplementedError  # IPython shows it as any other figure

    return Figure


def _short(names: list[str], most: int = 18) -> Iterator[str]:
    """Names of at most so many characters. Cut off is first the beginning that all share, up to a separator."""
    begin = 0
    if names and max(map(len, names)) > most:
        low, high = min(names), max(names)
        same = next((i for i, pair in enumerate(zip(low, high, strict=False)) if pair[0] != pair[1]), 0)
        begin = max(low.rfind(mark, 0, same) for mark in "/#_-. ") + 1
    for name in names:
        rest = "…" + name[begin:] if begin else name
        yield rest if len(rest) <= most else "…" + rest[1 - most :]


def plot_history(model: Any, ax: Axes | None = None) -> Axes:
    """
    Plots training and validation loss of each epoch.

    Parameters
    ----------
    model : FittedAutoencoder or TrainingSummary
        What was trained.
    ax : matplotlib.axes.Axes, optional
        Where to plot. Default: a new figure.

    Examples
    --------
    >>> import narrows
    >>> images = spark.read.format("idx").load(fashion).limit(100)
    >>> model = narrows.Autoencoder(epochs=2, numWorkers=2, validationFraction=0.2).fit(images)
    >>> len(narrows.plot_history(model).lines)
    2

    """
    history = getattr(model, "summary", model).history
    ax = _axes(ax)
    from matplotlib.ticker import MaxNLocator

    ax.plot(history["epoch"], history["loss"], label="training")
    if history["validationLoss"].notna().any():
        ax.plot(history["epoch"], history["validationLoss"], label="validation")
        ax.legend()
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


def plot_roc(
    scores: DataFrame,
    anomalous: Column | str,
    *,
    anomalyScoreCol: str = "anomalyScore",
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """
    Plots the ROC curve. Runs jobs; the driver sees at most some 2,000 points.

    Parameters
    ----------
    scores : DataFrame
        Output of ``transform``.
    anomalous : Column or str
        Condition that holds for anomalous rows; SQL if a string.
    anomalyScoreCol : str, default "anomalyScore"
        Column of scores.
    label : str, optional
        Name of the curve in the legend, before its AUROC.
    ax : matplotlib.axes.Axes, optional
        Where to plot. Default: a new figure.

    Examples
    --------
    >>> import narrows
    >>> scores = spark.createDataFrame([(0.1, 0), (0.3, 0), (0.2, 1)], "anomalyScore double, label int")
    >>> narrows.plot_roc(scores, "label = 1").get_legend().get_texts()[0].get_text()
    'AUROC 0.500'

    """
    from ai.narrows.metrics import RankedScores

    with RankedScores(scores, anomalous, anomalyScoreCol=anomalyScoreCol, predictionCol="") as ranked:
        metrics = ranked.metrics()
        curve = ranked.curve(1000)
    positives, negatives = curve[-1].truePositives, curve[-1].falsePositives
    ax = _axes(ax, figsize=(5, 5))
    name = f"{label}, AUROC {metrics.auroc:.3f}" if label else f"AUROC {metrics.auroc:.3f}"
    ax.plot(
        [0.0] + [point.falsePositives / negatives for point in curve],
        [0.0] + [point.truePositives / positives for point in curve],
        label=name,
    )
    if len(ax.lines) == 1:
        ax.plot([0, 1], [0, 1], color="gray", linestyle="--", linewidth=1)
    ax.set_xlabel("false positive rate")
    ax.set_ylabel("true positive rate")
    ax.set_aspect("equal")
    ax.legend(loc="lower right")
    return ax


def show_anomalies(
    scores: DataFrame,
    images: DataFrame | None = None,
    *,
    n: int = 8,
    idCol: str = "id",
    imageCol: str = "image",
    anomalyScoreCol: str = "anomalyScore",
) -> Figure:
    """
    Shows the images with the highest scores and, below them, those with the lowest.

    Parameters
    ----------
    scores : DataFrame
        Output of ``transform``.
    images : DataFrame, optional
        Where the images are, with the same ids. Default: ``scores`` itself.
    n : int, default 8
        Images in each row.
    idCol, imageCol, anomalyScoreCol : str
        Columns of ids, image structs and scores.

    Examples
    --------
    >>> import narrows
    >>> images = spark.read.format("idx").load(fashion).limit(50)
    >>> model = narrows.Autoencoder(epochs=1, numWorkers=2).fit(images)
    >>> len(narrows.show_anomalies(model.transform(images), n=4).axes)
    8

    """
    from ai.narrows.images import to_pil

    if _java.whole("n", n) < 1:
        raise InputError(f"n must be at least 1, but is {n}")
    pyplot = _pyplot()
    frame = _java.frame(scores)
    score = _java.named(frame, anomalyScoreCol)
    scored = frame.where(score.isNotNull()).select(
        _java.named(frame, idCol).cast("string").alias("id"),
        score.cast("double").alias("score"),
        *([_java.named(frame, imageCol).alias("image")] if images is None else []),
    )
    if images is not None:
        pictures = _java.frame(images).select(
            _java.named(images, idCol).cast("string").alias("id"), _java.named(images, imageCol).alias("image")
        )
    shown = []
    for order in [functions.desc("score"), functions.asc("score")]:
        with _java.java_errors():
            best = scored.orderBy(order, "id").limit(n)
            if images is not None:
                best = best.join(pictures, "id", "left")
            best = best.orderBy(order, "id").localCheckpoint()
            rows = best.select("id", "score", functions.col("image").isNull()).collect()
        if not rows:
            raise InputError(f"column '{anomalyScoreCol}' has no scores")
        for name, value, missing in rows:
            if missing:
                raise InputError(f"image '{name}' is null, or not among the images")
            if value != value:
                raise InputError(f"image '{name}' has the score NaN")
        shown.append([(*row[:2], np.asarray(picture)) for row, picture in zip(rows, to_pil(best), strict=True)])
    names = _short([str(name) for row in shown for name, _, _ in row])
    tallest = max((picture.shape[0] / picture.shape[1] for row in shown for _, _, picture in row), default=1.0)
    figure, axes = pyplot.subplots(
        2,
        n,
        figsize=(1.2 * n, 2 * (1.15 * min(tallest, 2.0) + 0.4)),
        squeeze=False,
        layout="constrained",
        FigureClass=_shown_once(),
    )
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    for line, row, name in zip(axes, shown, ["highest scores", "lowest scores"], strict=True):
        line[0].set_ylabel(name)
        for ax, (_, value, picture) in zip(line, row, strict=False):
            ax.imshow(picture, cmap="gray", vmin=0, vmax=255)
            ax.set_title(f"{value:.4g}\n" + next(names).replace("$", r"\$"), fontsize=8)
    return figure  # type: ignore[no-any-return]


def _by_number(name: str) -> tuple[float, str]:
    """Whole numbers in their order, then names in theirs."""
    return (float(name) if re.fullmatch("-?[0-9]+", name) else float("inf"), name)


def plot_latent(
    embeddings: DataFrame,
    *,
    labelCol: str | None = None,
    latentCol: str = "latent",
    n: int = 2000,
    seed: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """
    Plots latents in two dimensions: their first two principal components, or both dimensions if there are two.

    Parameters
    ----------
    embeddings : DataFrame
        Output of ``transform``, or a table of ``jobs/embed``.
    labelCol : str, optional
        Column of classes, for colors; at most 20 classes.
    latentCol : str, default "latent"
        Column of vectors or arrays.
    n : int, default 2000
        Number of rows to draw at most, sampled at random.
    seed : int, default 1
        Seed of the sample.
    ax : matplotlib.axes.Axes, optional
        Where to plot. Default: a new figure.

    Examples
    --------
    >>> import narrows
    >>> images = spark.read.format("idx").load(fashion).limit(100)
    >>> model = narrows.Autoencoder(epochs=1, numWorkers=2).fit(images)
    >>> narrows.plot_latent(model.transform(images), labelCol="label").get_xlabel()
    'first principal component'

    """
    from ai.narrows.images import to_numpy

    frame = _java.frame(embeddings)
    with _java.java_errors():
        wanted = [functions.col(latentCol).alias("latent")]
        if labelCol is not None:
            wanted.append(functions.col(labelCol).cast("string").alias("label"))
        sample = frame.where(functions.col(latentCol).isNotNull()).select(*wanted)
        sample = sample.orderBy(functions.rand(seed)).limit(n).localCheckpoint()
    points = to_numpy(sample, "latent").astype(np.float64)
    if len(points) == 0:
        raise InputError(f"column '{latentCol}' has no vectors")
    if points.shape[1] == 1:
        points = np.hstack([points, np.zeros_like(points)])
    names = ["latent dimension 0", "latent dimension 1"]
    if points.shape[1] > 2:
        centered = points - points.mean(axis=0)
        points = centered @ np.linalg.svd(centered, full_matrices=False)[2][:2].T
        names = ["first principal component", "second principal component"]
    if labelCol is not None:
        labels = np.array([str(label) for label in to_numpy(sample, "label")])
        classes = sorted(set(labels), key=_by_number)
        if len(classes) > 20:
            raise InputError(f"column '{labelCol}' has {len(classes)} classes, but at most 20 have a color")
    own = ax is None
    ax = _axes(ax, figsize=(7 if labelCol else 6, 6), layout="constrained")
    if labelCol is None:
        ax.scatter(points[:, 0], points[:, 1], s=6)
    else:
        colors = _pyplot().get_cmap("tab10" if len(classes) <= 10 else "tab20")
        places = {name: place for place, name in enumerate(classes)}
        # All points at once, in their random order: class by class the last one would hide the others.
        ax.scatter(points[:, 0], points[:, 1], s=6, c=[colors(places[name]) for name in labels])
        for name in classes:
            ax.scatter([], [], s=6, color=colors(places[name]), label=name)
        beside: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)} if own else {"loc": "best"}
        ax.legend(markerscale=2, fontsize=8, **beside)
    ax.set_xlabel(names[0])
    ax.set_ylabel(names[1])
    return ax
