"""How well scores tell anomalous rows from normal ones. Everything is computed on the cluster, ties included."""

from __future__ import annotations

import html
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pyspark.sql import Column, DataFrame

from ai.narrows import _java
from ai.narrows.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from py4j.java_gateway import JavaObject


@dataclass(frozen=True)
class AnomalyMetrics:
    """
    Metrics of a table of scores.

    Attributes
    ----------
    auroc : float
        Probability that an anomalous row has a higher score than a normal one, ties counting half.
    averagePrecision : float
        Sum of precision times gain in recall over the distinct scores, without interpolation.
    truePositives, falsePositives, falseNegatives, trueNegatives : int
        Rows by prediction and truth.

    """

    auroc: float
    averagePrecision: float
    truePositives: int
    falsePositives: int
    falseNegatives: int
    trueNegatives: int

    @classmethod
    def _of(cls, java: JavaObject) -> AnomalyMetrics:
        return cls(
            java.auroc(),
            java.averagePrecision(),
            java.truePositives(),
            java.falsePositives(),
            java.falseNegatives(),
            java.trueNegatives(),
        )

    @classmethod
    def of(
        cls,
        scores: DataFrame,
        anomalous: Column | str,
        *,
        anomalyScoreCol: str = "anomalyScore",
        predictionCol: str = "prediction",
    ) -> AnomalyMetrics:
        """
        Measures a table of scores; see :py:class:`RankedScores` for the arguments.

        Examples
        --------
        >>> import narrows
        >>> scores = spark.createDataFrame([(0.1, 0.0, 0), (0.2, 1.0, 0), (0.3, 1.0, 1)],
        ...     "anomalyScore double, prediction double, label int")
        >>> metrics = narrows.AnomalyMetrics.of(scores, "label = 1")
        >>> metrics.auroc, metrics.precision
        (1.0, 0.5)

        """
        with RankedScores(scores, anomalous, anomalyScoreCol=anomalyScoreCol, predictionCol=predictionCol) as ranked:
            return ranked.metrics()

    @staticmethod
    def conformalThreshold(
        normal: DataFrame, rate: float, *, anomalyScoreCol: str = "anomalyScore"
    ) -> ConformalThreshold:
        """
        Threshold that a false positive rate puts among the scores of normal rows.

        Parameters
        ----------
        normal : DataFrame
            Scores of normal rows that the model was not trained on.
        rate : float
            Fraction of the normal rows to come that may lie above the threshold, in [0, 1).
        anomalyScoreCol : str
            Numeric column, higher = more anomalous.

        Examples
        --------
        >>> import narrows
        >>> scores = spark.range(99).selectExpr("double(id) AS anomalyScore")
        >>> narrows.AnomalyMetrics.conformalThreshold(scores, 0.1).threshold
        89.0

        """
        with _java.java_errors():
            return ConformalThreshold._of(
                _java.java_class("ai.narrows.ml.metrics.AnomalyMetrics").conformalThreshold(
                    _java.frame(normal)._jdf, anomalyScoreCol, float(rate)
                )
            )

    @property
    def anomalous(self) -> int:
        """Number of anomalous rows."""
        return self.truePositives + self.falseNegatives

    @property
    def normal(self) -> int:
        """Number of normal rows."""
        return self.falsePositives + self.trueNegatives

    @property
    def rows(self) -> int:
        """Number of rows with a score."""
        return self.anomalous + self.normal

    @property
    def predicted(self) -> int:
        """Number of rows predicted anomalous."""
        return self.truePositives + self.falsePositives

    @property
    def precision(self) -> float:
        """Fraction of the predicted rows that are anomalous; 0 if none is predicted."""
        return self.truePositives / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Fraction of the anomalous rows that are predicted."""
        return self.truePositives / self.anomalous

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2.0 * self.truePositives / (self.predicted + self.anomalous)

    def _repr_html_(self) -> str:
        return _table(
            ["AUROC", "average precision", "precision", "recall", "F1"],
            [[f"{v:.4f}" for v in (self.auroc, self.averagePrecision, self.precision, self.recall, self.f1)]],
        )


@dataclass(frozen=True)
class Calibration:
    """
    What a threshold rests on that was set by a false positive rate.

    Attributes
    ----------
    kind : str
        ``calibration``: images held out for the threshold alone; ``validation``: images held out to choose the epoch;
        ``training``: images that the network was fitted to; ``normal``: images of another data set; ``none``: the
        threshold was set otherwise.
    images : int
        Number of images.
    rate : float
        Fraction of the images to come that may lie above the threshold.

    Examples
    --------
    >>> import narrows
    >>> calibration = narrows.Calibration("normal", 600, 0.02)
    >>> calibration.rank, calibration.unseen
    (12, True)
    >>> print(calibration)
    600 normal images, false positive rate 0.010 to 0.033 (95 %)

    """

    kind: str = "none"
    images: int = 0
    rate: float = 0.0

    @classmethod
    def _of(cls, java: JavaObject) -> Calibration:
        return cls(java.kind(), java.images(), java.rate())

    def _to_java(self) -> JavaObject:
        with _java.java_errors():
            return _java.java_class("ai.narrows.ml.metrics.Calibration")(self.kind, int(self.images), float(self.rate))

    @property
    def unseen(self) -> bool:
        """True if the network was not fitted to these images, so that they stand for others."""
        return bool(self._to_java().unseen())

    @property
    def rank(self) -> int:
        """Rank of the threshold among the scores of the images, from 1 for the highest; 0 for none."""
        return int(self._to_java().rank())

    @property
    def falsePositiveRate(self) -> Interval | None:
        """
        Interval in which the false positive rate lies with 95 % probability, by Beta(rank, images + 1 - rank);
        None where nothing is known of it.
        """
        rates = self._to_java().falsePositiveRate()
        return Interval(rates.get().low(), rates.get().high()) if rates.isPresent() else None

    def shortfall(self, param: str) -> str | None:
        """Warning if the images are too few for the rate that ``param`` asks for, otherwise None."""
        told = self._to_java().shortfall(param)
        return str(told.get()) if told.isPresent() else None

    def __str__(self) -> str:
        return str(self._to_java().toString())


@dataclass(frozen=True)
class ConformalThreshold:
    """
    Threshold that a false positive rate puts among the scores of normal rows, by split conformal prediction.

    Attributes
    ----------
    threshold : float
        The score of rank :py:attr:`Calibration.rank`.
    calibration : Calibration
        How many scores it rests on.
    unscored : int
        Rows without a score, which were left out.

    """

    threshold: float
    calibration: Calibration
    unscored: int = 0

    @classmethod
    def _of(cls, java: JavaObject) -> ConformalThreshold:
        return cls(java.threshold(), Calibration._of(java.calibration()), java.unscored())

    def _to_java(self) -> JavaObject:
        return _java.java_class("ai.narrows.ml.metrics.ConformalThreshold")(
            float(self.threshold), self.calibration._to_java(), int(self.unscored)
        )


@dataclass(frozen=True)
class PixelPredictions:
    """
    Masks of a model compared with the truth.

    Attributes
    ----------
    truePositives, falsePositives, falseNegatives : int
        Pixels by mask and truth.
    regions, found : int
        Defects, and those with a pixel in a mask. Defective pixels that touch, be it at a corner, are one defect.
    predictedRegions, hits : int
        Regions of the masks, and those with a defective pixel.

    """

    truePositives: int
    falsePositives: int
    falseNegatives: int
    regions: int
    found: int
    predictedRegions: int
    hits: int

    @classmethod
    def _of(cls, java: JavaObject) -> PixelPredictions:
        return cls(*(int(getattr(java, name)()) for name in cls.__dataclass_fields__))

    @property
    def precision(self) -> float:
        """Fraction of the masks' pixels that are defective; 0 if there are none."""
        return _share(self.truePositives, self.truePositives + self.falsePositives)

    @property
    def recall(self) -> float:
        """Fraction of the defective pixels that are in a mask."""
        return _share(self.truePositives, self.truePositives + self.falseNegatives)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return _share(2 * self.truePositives, 2 * self.truePositives + self.falsePositives + self.falseNegatives)

    @property
    def regionRecall(self) -> float:
        """Fraction of the defects that were found."""
        return _share(self.found, self.regions)

    @property
    def regionPrecision(self) -> float:
        """Fraction of the masks' regions that lie on a defect; 0 if there are none."""
        return _share(self.hits, self.predictedRegions)


def _share(some: int, of: int) -> float:
    return some / of if of else 0.0


@dataclass(frozen=True)
class PixelMetrics:
    """
    Metrics of error maps, pixel by pixel, at the size of the masks that say what is true.

    Attributes
    ----------
    auroc : float
        Probability that a defective pixel has a higher error than a normal one, ties counting half.
    averagePrecision : float
        Sum of precision times gain in recall over the distinct errors.
    aupro : float
        Area under the mean overlap of the defects over the false positive rate of pixels up to 0.3, divided by 0.3.
    images, unscored : int
        Rows that were measured, and rows without an error map.
    normal, anomalous : int
        Pixels without a defect, and defective ones.
    regions : int
        Defects.
    bestF1, bestF1Threshold : float
        The best F1 of pixels, and the error above which pixels are predicted defective then.
    predictions : PixelPredictions, optional
        What the masks of the model come to; None without ``maskCol``.

    Examples
    --------
    >>> import numpy as np
    >>> import narrows
    >>> errors = np.zeros((1, 4, 4), np.uint8)
    >>> errors[0, 1] = 200
    >>> defects = np.zeros_like(errors)
    >>> defects[0, 1, :3] = 255
    >>> maps = narrows.from_numpy(errors).withColumnRenamed("image", "errorMap")
    >>> truth = narrows.from_numpy(defects).withColumnRenamed("image", "truth")
    >>> metrics = narrows.PixelMetrics.of(maps.join(truth, "id"))
    >>> metrics.regions, metrics.anomalous, round(metrics.auroc, 3)
    (1, 3, 0.962)

    """

    auroc: float
    averagePrecision: float
    aupro: float
    images: int
    unscored: int
    normal: int
    anomalous: int
    regions: int
    bestF1: float
    bestF1Threshold: float
    predictions: PixelPredictions | None

    @classmethod
    def of(
        cls,
        rows: DataFrame,
        *,
        errorMapCol: str = "errorMap",
        truthCol: str = "truth",
        maskCol: str = "",
        idCol: str = "id",
    ) -> PixelMetrics:
        """
        Measures error maps.

        Parameters
        ----------
        rows : DataFrame
            Rows of images; the columns hold image structs.
        errorMapCol : str, default "errorMap"
            Error maps; rows in which it is null are left out and counted.
        truthCol : str, default "truth"
            Masks of the images' own size in which defective pixels are not 0; null if an image has no defect.
        maskCol : str, default ""
            Masks of a model; "" if there are none.
        idCol : str, default "id"
            Ids for messages.

        Raises
        ------
        InputError
            If a column is no image struct, sizes differ, or there are not both defective pixels and others.

        """
        with _java.java_errors():
            java = _java.java_class("ai.narrows.ml.metrics.PixelMetrics").of(
                _java.frame(rows)._jdf, errorMapCol, truthCol, maskCol, idCol
            )
            predictions = java.predictions()
            values = {name: getattr(java, name)() for name in cls.__dataclass_fields__ if name != "predictions"}
            return cls(
                **values,
                predictions=PixelPredictions._of(predictions.get()) if predictions.isPresent() else None,
            )

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.normal + self.anomalous


@dataclass(frozen=True)
class BestThreshold:
    """
    Threshold with the best F1 on labeled rows.

    Attributes
    ----------
    threshold : float
        Rows with a score above it are predicted anomalous.
    f1 : float
        F1 at this threshold.
    unscored : int
        Rows without a score, which were left out.

    """

    threshold: float
    f1: float
    unscored: int = 0

    @classmethod
    def _of(cls, java: JavaObject) -> BestThreshold:
        return cls(java.threshold(), java.f1(), java.unscored())

    def _to_java(self) -> JavaObject:
        return _java.java_class("ai.narrows.ml.metrics.BestThreshold")(
            float(self.threshold), float(self.f1), int(self.unscored)
        )


@dataclass(frozen=True)
class ClassMetrics:
    """
    Metrics of one class of anomalous rows against all normal rows.

    Attributes
    ----------
    name : str or None
        Class; None for rows without one.
    rows : int
        Rows of the class.
    auroc, averagePrecision, recall : float
        As in :py:class:`AnomalyMetrics`.

    """

    name: str | None
    rows: int
    auroc: float
    averagePrecision: float
    recall: float


@dataclass(frozen=True)
class CurvePoint:
    """
    Point of the ROC curve and of the precision-recall curve.

    Attributes
    ----------
    score : float
        Lowest score that counts as anomalous.
    truePositives, falsePositives : int
        Anomalous and normal rows with this score or a higher one.

    """

    score: float
    truePositives: int
    falsePositives: int

    @property
    def precision(self) -> float:
        """Fraction of the rows found that are anomalous."""
        return self.truePositives / (self.truePositives + self.falsePositives)


@dataclass(frozen=True)
class Interval:
    """
    Confidence interval of 95 %.

    Attributes
    ----------
    low, high : float
        The 2.5th and the 97.5th percentile.

    """

    low: float
    high: float


@dataclass(frozen=True)
class Bootstrap:
    """
    Confidence intervals of 95 % by the bootstrap.

    Attributes
    ----------
    replicates : int
        Number of resampled tables with rows of both kinds.
    seed : int
        Seed of the draws.
    auroc, averagePrecision, f1 : Interval
        Intervals of the metrics.

    """

    replicates: int
    seed: int
    auroc: Interval
    averagePrecision: Interval
    f1: Interval


class RankedScores:
    """
    A table of scores beside the truth, sorted once, from which metrics are computed on the cluster.

    Use it in a ``with`` block: executors keep the sorted scores until it is closed.

    Parameters
    ----------
    scores : DataFrame
        Rows whose score is null are left out and counted by :py:attr:`unscored`. NaN is an error.
    anomalous : Column or str
        Condition that holds for anomalous rows; SQL if a string.
    anomalyScoreCol : str, default "anomalyScore"
        Numeric column, higher is more anomalous.
    predictionCol : str, default "prediction"
        Numeric column, 1 if the score is above the threshold; "" if there are no predictions.
    classCol : Column or str, optional
        Class of an anomalous row, for :py:meth:`classes`: a Column or the name of one.

    Raises
    ------
    InputError
        If there are not rows of both kinds, a score is NaN, a column is missing, or the condition is null for a row.

    Examples
    --------
    >>> import narrows
    >>> rows = [(float(i), float(i > 50), "scratch" if i % 2 and i > 40 else "good") for i in range(60)]
    >>> scores = spark.createDataFrame(rows, "anomalyScore double, prediction double, kind string")
    >>> with narrows.RankedScores(scores, "kind <> 'good'", classCol="kind") as ranked:
    ...     print(round(ranked.metrics().auroc, 3), ranked.classes()[0].name)
    ...     print(ranked.bootstrap(replicates=100, seed=1).auroc.low > 0.8)
    0.91 scratch
    True

    """

    def __init__(
        self,
        scores: DataFrame,
        anomalous: Column | str,
        *,
        anomalyScoreCol: str = "anomalyScore",
        predictionCol: str = "prediction",
        classCol: Column | str | None = None,
    ) -> None:
        arguments: list[Any] = [_java.frame(scores)._jdf, anomalyScoreCol, _java.column(anomalous), predictionCol]
        self._has_classes = classCol is not None
        if classCol is not None:
            arguments.append(_java.column(_java.named(scores, classCol) if isinstance(classCol, str) else classCol))
        with _java.java_errors():
            self._java = _java.java_class("ai.narrows.ml.metrics.RankedScores").of(*arguments)

    @property
    def unscored(self) -> int:
        """Number of rows without a score."""
        return int(self._java.unscored())

    def metrics(self) -> AnomalyMetrics:
        """Metrics of all scores."""
        with _java.java_errors():
            return AnomalyMetrics._of(self._java.metrics())

    def bestThreshold(self) -> BestThreshold:
        """Threshold with the best F1."""
        with _java.java_errors():
            return BestThreshold._of(self._java.bestThreshold())

    def bootstrap(self, replicates: int = 1000, seed: int = 1) -> Bootstrap:
        """
        Confidence intervals of the metrics.

        Parameters
        ----------
        replicates : int, default 1000
            Number of resampled tables (>= 100).
        seed : int, default 1
            The same seed gives the same intervals, however the table is partitioned.

        """
        with _java.java_errors():
            java = self._java.bootstrap(_java.whole("replicates", replicates), _java.whole("seed", seed))
        intervals = (Interval(i.low(), i.high()) for i in (java.auroc(), java.averagePrecision(), java.f1()))
        return Bootstrap(java.replicates(), java.seed(), *intervals)

    def classes(self) -> list[ClassMetrics]:
        """Metrics of each class of anomalous rows, sorted by name; needs ``classCol``."""
        if not self._has_classes:
            raise InputError("there are no classes: RankedScores needs classCol")
        with _java.java_errors():
            return [
                ClassMetrics(c.name(), c.rows(), c.auroc(), c.averagePrecision(), c.recall())
                for c in self._java.classes()
            ]

    def classTable(self) -> pd.DataFrame:
        """The same as a pandas frame."""
        import pandas as pd

        names = ["name", "rows", "auroc", "averagePrecision", "recall"]
        return pd.DataFrame([[getattr(c, name) for name in names] for c in self.classes()], columns=names)

    def curve(self, points: int = 1000) -> list[CurvePoint]:
        """
        Points of the ROC and precision-recall curves, highest score first.

        Parameters
        ----------
        points : int, default 1000
            Neighbors are at most 1 / ``points`` of the anomalous or of the normal rows apart.

        """
        with _java.java_errors():
            return [
                CurvePoint(p.score(), p.truePositives(), p.falsePositives())
                for p in self._java.curve(_java.whole("points", points))
            ]

    def close(self) -> None:
        """Frees the memory of the executors."""
        self._java.close()

    def __enter__(self) -> RankedScores:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _table(heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f"<th>{html.escape(name)}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
