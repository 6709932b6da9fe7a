"""Listeners of training in Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ai.narrows import _java


@dataclass(frozen=True)
class EpochReport:
    """
    One epoch of the training history.

    Attributes
    ----------
    epoch : int
        From 1.
    loss : float
        Mean training loss.
    validationLoss : float
        Mean validation loss after the epoch; NaN without validation rows.
    imagesPerSecond : float
        Training rows per second.
    communicationShare : float
        Fraction of the time in which no worker computed.
    seconds : float
        Wall time, validation included.

    """

    epoch: int
    loss: float
    validationLoss: float
    imagesPerSecond: float
    communicationShare: float
    seconds: float


class TrainingListener:
    """
    Hears how training proceeds. Subclass it, override what you need, and give it to ``setListener``.

    Methods run on the driver while training waits, and must not raise. An exception ends the training.

    Examples
    --------
    >>> import narrows
    >>> class Printer(narrows.TrainingListener):
    ...     def epochFinished(self, report, epochs):
    ...         print(f"epoch {report.epoch}/{epochs}")
    >>> images = spark.read.format("idx").load(fashion).limit(100)
    >>> _ = narrows.Autoencoder(epochs=2, numWorkers=2).setListener(Printer()).fit(images)
    epoch 1/2
    epoch 2/2

    """

    def started(self, rows: int, validationRows: int, skippedRows: int, workers: int) -> None:
        """Training is about to start."""

    def resumed(self, epoch: int, epochs: int) -> None:
        """Training resumes from a checkpoint whose last completed epoch is ``epoch``."""

    def roundStarted(self, epoch: int, epochs: int, round: int, rounds: int) -> None:
        """A round between two averagings is about to start."""

    def epochFinished(self, report: EpochReport, epochs: int) -> None:
        """An epoch is over."""

    def finished(self, bestEpoch: int) -> None:
        """Training is over; the parameters of ``bestEpoch`` are kept."""


class _Proxy:
    """What Java calls."""

    def __init__(self, listener: TrainingListener) -> None:
        self._listener = listener

    def started(self, rows: int, validationRows: int, skippedRows: int, workers: int) -> None:
        self._listener.started(rows, validationRows, skippedRows, workers)

    def planned(self, options: Any, plan: Any, workers: int) -> None:
        pass

    def resumed(self, epoch: int, epochs: int) -> None:
        self._listener.resumed(epoch, epochs)

    def roundStarted(self, epoch: int, epochs: int, round: int, rounds: int) -> None:
        self._listener.roundStarted(epoch, epochs, round, rounds)

    def roundFinished(self, report: Any) -> None:
        pass

    def epochFinished(self, java: Any, epochs: int) -> None:
        report = EpochReport(
            java.epoch(),
            java.loss(),
            java.validationLoss(),
            java.imagesPerSecond(),
            java.communicationShare(),
            java.seconds(),
        )
        self._listener.epochFinished(report, epochs)

    def finished(self, bestEpoch: int) -> None:
        self._listener.finished(bestEpoch)

    class Java:
        implements = ("ai.narrows.train.TrainingListener",)


def to_java(listener: TrainingListener | None) -> Any:
    """A listener that Java can call."""
    if listener is None:
        return _java.java_class("ai.narrows.train.TrainingListener").NONE
    if not isinstance(listener, TrainingListener):
        raise TypeError(f"a narrows.TrainingListener is needed, but got {type(listener).__name__}")
    from pyspark.java_gateway import ensure_callback_server_started

    ensure_callback_server_started(_java.context()._gateway)  # type: ignore[no-untyped-call]
    return _Proxy(listener)
