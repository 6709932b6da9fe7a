"""How a model was trained, and from what."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame

from ai.narrows import _java
from ai.narrows._listener import EpochReport
from ai.narrows.metrics import Calibration

if TYPE_CHECKING:
    import pandas as pd
    from py4j.java_gateway import JavaObject


@dataclass(frozen=True)
class ImageSource:
    """
    Where images came from.

    Attributes
    ----------
    paths : list of str
        Files, folders, patterns or the name of a table; empty if unknown.
    format : str
        Name of the data source, such as ``imagefolder``; empty if unknown.
    where : str
        SQL condition that the rows had to satisfy; empty for all rows.

    Examples
    --------
    >>> import narrows
    >>> print(narrows.ImageSource(["photos"], where="label = 1"))
    photos where label = 1

    """

    paths: list[str] = field(default_factory=list)
    format: str = ""
    where: str = ""

    @classmethod
    def _of(cls, java: JavaObject) -> ImageSource:
        return cls(list(java.paths()), java.format(), java.where())

    def _to_java(self) -> JavaObject:
        return _java.java_class("ai.narrows.ml.summary.ImageSource")(list(self.paths), self.format, self.where)

    def __str__(self) -> str:
        return " ".join(self.paths) + (f" where {self.where}" if self.where else "")


@dataclass(frozen=True)
class ImageReading:
    """
    How images were read. What has its default is empty.

    Attributes
    ----------
    options : dict
        Options of the data source; values that may be secrets are ``***``.
    imageCol, idCol, labelCol : str
        Columns of images, of row ids and of classes.
    mode : str
        Handling of corrupt images, such as ``PERMISSIVE``.

    """

    options: dict[str, str] = field(default_factory=dict)
    imageCol: str = ""
    idCol: str = ""
    labelCol: str = ""
    mode: str = ""

    @classmethod
    def _of(cls, java: JavaObject) -> ImageReading:
        return cls(dict(java.options()), java.imageCol(), java.idCol(), java.labelCol(), java.mode())

    def _to_java(self) -> JavaObject:
        return _java.java_class("ai.narrows.ml.summary.ImageReading")(
            dict(self.options), self.imageCol, self.idCol, self.labelCol, self.mode
        )


@dataclass(frozen=True)
class Provenance:
    """
    With what, and from what, a model was made.

    Attributes
    ----------
    narrowsVersion, sparkVersion, javaVersion : str
        Versions on the driver.
    platform : str
        Operating system and processor of the driver.
    library : str
        Native library that multiplied matrices, with its version.
    device : str
        ``cpu`` or ``gpu``.
    images : ImageSource
        Training images, validation images included.
    reading : ImageReading
        How they were read.
    fingerprint : str
        Sum of 128-bit hashes of the images' pixels, hexadecimal; it does not depend on files, order or partitions.
    seed : int
        Seed of every random stream.

    """

    narrowsVersion: str
    sparkVersion: str
    javaVersion: str
    platform: str
    library: str
    device: str
    images: ImageSource
    reading: ImageReading
    fingerprint: str
    seed: int

    @classmethod
    def _of(cls, java: JavaObject) -> Provenance:
        return cls(
            java.narrowsVersion(),
            java.sparkVersion(),
            java.javaVersion(),
            java.platform(),
            java.library(),
            java.device(),
            ImageSource._of(java.images()),
            ImageReading._of(java.reading()),
            java.fingerprint(),
            java.seed(),
        )


@dataclass(frozen=True)
class ThresholdOrigin:
    """
    How a threshold was found.

    Attributes
    ----------
    method : str
        ``contamination``: by the scores of images of the training data set; ``falsePositiveRate``: by the scores of
        normal images of another; ``maxF1``: best F1 on labeled images; ``given``: set by hand.
    images : ImageSource
        Normal images of ``falsePositiveRate``, labeled images of ``maxF1``.
    anomalous : str
        Condition that held for the anomalous ones of them; empty if unknown.
    calibration : Calibration
        What a false positive rate rests on.

    """

    method: str
    images: ImageSource = field(default_factory=ImageSource)
    anomalous: str = ""
    calibration: Calibration = field(default_factory=Calibration)

    @classmethod
    def _of(cls, java: JavaObject) -> ThresholdOrigin:
        return cls(java.method(), ImageSource._of(java.images()), java.anomalous(), Calibration._of(java.calibration()))

    def _to_java(self) -> JavaObject:
        return _java.java_class("ai.narrows.ml.summary.ThresholdOrigin")(
            self.method, self.images._to_java(), self.anomalous, self.calibration._to_java()
        )


class TrainingSummary:
    """
    How a model was trained. A loaded model has it too.

    Examples
    --------
    >>> import narrows
    >>> images = spark.read.format("idx").load(fashion).limit(200)
    >>> model = narrows.Autoencoder(epochs=2, numWorkers=2, seed=1).fit(images)
    >>> model.summary.rows, model.summary.calibrationRows, model.summary.totalIterations
    (180, 20, 2)
    >>> list(model.summary.history.columns)[:3]
    ['epoch', 'loss', 'validationLoss']

    """

    def __init__(self, java: JavaObject) -> None:
        self._java = java

    @property
    def rows(self) -> int:
        """Number of training rows: images, or their patches where images are cut into patches."""
        return int(self._java.rows())

    @property
    def validationRows(self) -> int:
        """Number of validation rows."""
        return int(self._java.validationRows())

    @property
    def calibrationRows(self) -> int:
        """Number of rows held out for the threshold."""
        return int(self._java.calibrationRows())

    @property
    def skippedRows(self) -> int:
        """Number of rows left out because their image could not be read."""
        return int(self._java.skippedRows())

    @property
    def passedOver(self) -> dict[str, int]:
        """Files beside the images that are no images by their names, counted by kind."""
        return dict(self._java.passedOver().kinds())

    @property
    def workers(self) -> int:
        """Number of workers that shared the rows."""
        return int(self._java.workers())

    @property
    def averagingFrequency(self) -> int:
        """Minibatches between two averagings."""
        return int(self._java.averagingFrequency())

    @property
    def outerMomentum(self) -> float:
        """Momentum of the outer optimizer that applies averaged updates."""
        return float(self._java.outerMomentum())

    @property
    def bestEpoch(self) -> int:
        """Epoch whose parameters were kept, from 1."""
        return int(self._java.bestEpoch())

    @property
    def threshold(self) -> float:
        """Threshold that the contamination gave."""
        return float(self._java.threshold())

    @property
    def calibration(self) -> Calibration:
        """What that threshold rests on, and between which bounds the false positive rate lies."""
        return Calibration._of(self._java.calibration())

    @property
    def seconds(self) -> float:
        """Wall time of ``fit`` in seconds."""
        return float(self._java.seconds())

    @property
    def device(self) -> str:
        """Device of the workers: ``cpu`` or ``gpu``."""
        return str(self._java.device())

    @property
    def totalIterations(self) -> int:
        """Number of epochs."""
        return int(self._java.totalIterations())

    @property
    def objectiveHistory(self) -> list[float]:
        """Training loss of each epoch."""
        return [float(loss) for loss in self._java.objectiveHistory()]

    @cached_property
    def params(self) -> dict[str, Any]:
        """Every param of the estimator with its value."""
        return {name: json.loads(value) for name, value in sorted(dict(self._java.params()).items())}

    @cached_property
    def provenance(self) -> Provenance:
        """With what, and from what, the model was made."""
        return Provenance._of(self._java.provenance())

    @property
    def history(self) -> pd.DataFrame:
        """
        One row per epoch: ``epoch``, ``loss``, ``validationLoss`` (NaN without validation rows), ``imagesPerSecond``,
        ``communicationShare`` (fraction of the time in which no worker computed) and ``seconds``.
        """
        import pandas as pd

        return pd.DataFrame([EpochReport._of(epoch) for epoch in self._java.history()])

    def historyTable(self) -> DataFrame:
        """The history as a Spark DataFrame."""
        session = _java.session()
        return _java.data_frame(self._java.historyTable(session._jsparkSession))

    def __repr__(self) -> str:
        return str(self._java.toString())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{epoch.epoch()}</td><td>{epoch.loss():.5g}</td><td>{epoch.validationLoss():.5g}</td>"
            f"<td>{epoch.imagesPerSecond():,.0f}</td><td>{epoch.seconds():.2f}</td></tr>"
            for epoch in self._java.history()
        )
        return (
            f"<p>{html.escape(repr(self))}</p><table><thead><tr><th>epoch</th><th>loss</th><th>validation loss</th>"
            f"<th>images/s</th><th>seconds</th></tr></thead><tbody>{rows}</tbody></table>"
        )
