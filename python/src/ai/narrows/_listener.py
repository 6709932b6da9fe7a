"""Listeners of training in Python."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ai.narrows import _java
from ai.narrows.errors import NarrowsError

if TYPE_CHECKING:
    from py4j.java_gateway import JavaObject


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

    @classmethod
    def _of(cls, java: JavaObject) -> EpochReport:
        return cls(*(getattr(java, field.name)() for field in fields(cls)))


class TrainingListener:
    """
    Hears how training proceeds. Subclass it, override what you need, and give it to ``setListener``.

    Methods run on the driver while training waits. An exception ends the training.

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

    def started(self, rows: int, validationRows: int, calibrationRows: int, skippedRows: int, workers: int) -> None:
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
    """What Java calls. It keeps what the listener raises, of which Java sees a text alone."""

    def __init__(self, listener: TrainingListener) -> None:
        self._listener = listener
        self.raised: BaseException | None = None

    def _call(self, name: str, *arguments: Any) -> None:
        try:
            getattr(self._listener, name)(*arguments)
        except BaseException as error:
            self.raised = error
            raise RuntimeError("the listener has failed") from error

    def started(self, rows: int, validationRows: int, calibrationRows: int, skippedRows: int, workers: int) -> None:
        self._call("started", rows, validationRows, calibrationRows, skippedRows, workers)

    def planned(self, options: Any, plan: Any, workers: int) -> None:
        pass

    def resumed(self, epoch: int, epochs: int) -> None:
        self._call("resumed", epoch, epochs)

    def roundStarted(self, epoch: int, epochs: int, round: int, rounds: int) -> None:
        self._call("roundStarted", epoch, epochs, round, rounds)

    def roundFinished(self, report: Any) -> None:
        pass

    def epochFinished(self, java: Any, epochs: int) -> None:
        self._call("epochFinished", EpochReport._of(java), epochs)

    def finished(self, bestEpoch: int) -> None:
        self._call("finished", bestEpoch)

    class Java:
        implements = ("ai.narrows.train.TrainingListener",)


def raise_of(proxy: Any, error: NarrowsError) -> None:
    """Raises what a listener has raised, if that is why a training ended."""
    raised = getattr(proxy, "raised", None)
    if raised is None:
        return
    proxy.raised = None
    if not isinstance(raised, Exception):
        raise raised
    message = f"the listener raised {type(raised).__name__}: {raised}"
    raise NarrowsError(message, error.java_stack) from raised


def to_java(listener: TrainingListener | None) -> Any:
    """A listener that Java can call."""
    if listener is None:
        return _java.java_class("ai.narrows.train.TrainingListener").NONE
    if not isinstance(listener, TrainingListener):
        raise TypeError(f"a narrows.TrainingListener is needed, but got {type(listener).__name__}")
    from pyspark.java_gateway import ensure_callback_server_started

    ensure_callback_server_started(_java.context()._gateway)  # type: ignore[no-untyped-call]
    return _Proxy(listener)
