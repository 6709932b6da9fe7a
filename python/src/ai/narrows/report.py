"""HTML reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame

from ai.narrows import _java

if TYPE_CHECKING:
    from ai.narrows.ml import FittedAutoencoder


class HtmlReport:
    """
    One HTML file about a model and its scores that works offline: training history, ROC curve, images with
    reconstructions, latent space, settings.

    Parameters
    ----------
    model : FittedAutoencoder
        The model.
    name : str, default "model"
        Name of the model in the title.

    Examples
    --------
    >>> import narrows
    >>> images = spark.read.format("idx").load(fashion).limit(100)
    >>> model = narrows.Autoencoder(epochs=1, numWorkers=2).fit(images.where("label = 1"))
    >>> scores = model.transform(images).drop("image")
    >>> report = narrows.HtmlReport(model).withScores(scores, anomalous="label <> 1", images=images)
    >>> report.html().startswith("<!DOCTYPE html>")
    True
    >>> report.save(folder + "/report.html")

    """

    def __init__(self, model: FittedAutoencoder, name: str = "model") -> None:
        self._model = model
        model._transfer_params_to_java()
        with _java.java_errors():
            self._java = _java.java_class("ai.narrows.report.HtmlReport")(model._java_obj, name)

    def withScores(
        self,
        scores: DataFrame,
        *,
        idCol: str = "id",
        anomalyScoreCol: str = "anomalyScore",
        predictionCol: str | None = "prediction",
        labelCol: str | None = None,
        anomalous: Column | str | None = None,
        images: DataFrame | None = None,
    ) -> HtmlReport:
        """
        Adds a table of scores. Runs jobs.

        Parameters
        ----------
        scores : DataFrame
            Output of ``transform``; rows without a score are counted and left out.
        idCol, anomalyScoreCol : str
            Columns of ids and scores.
        predictionCol : str or None, default "prediction"
            Column of predictions; None if there are none.
        labelCol : str, optional
            Column of classes.
        anomalous : Column or str, optional
            Condition that holds for anomalous rows; SQL if a string. It adds metrics and curves.
        images : DataFrame, optional
            The images of the table, for pictures and the latent space.

        """
        with _java.java_errors():
            table = _java.java_class("ai.narrows.report.ScoreTable")(
                _java.frame(scores)._jdf,
                idCol,
                anomalyScoreCol,
                _java.option(predictionCol),
                _java.option(labelCol),
                _java.option(None if anomalous is None else _java.column(anomalous)),
            )
            self._java.withScores(table, _java.option(None if images is None else _java.frame(images)._jdf))
        return self

    def withCommands(self, commands: Sequence[str]) -> HtmlReport:
        """Adds command lines that make this model again."""
        self._java.withCommands(list(commands))
        return self

    @property
    def notice(self) -> str | None:
        """How many images were not found or have another score now; None if all match."""
        notice = self._java.notice()
        return str(notice.get()) if notice.isPresent() else None

    def html(self) -> str:
        """The page."""
        with _java.java_errors():
            return str(self._java.html())

    def save(self, path: str | Path) -> None:
        """Writes the page to a file of this machine."""
        Path(path).write_text(self.html(), encoding="utf-8")

    def _repr_html_(self) -> str:
        import html

        page = html.escape(self.html(), quote=True)
        return f'<iframe srcdoc="{page}" style="width:100%;height:800px;border:0"></iframe>'
