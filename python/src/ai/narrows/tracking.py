"""Trainings recorded in MLflow."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any, ClassVar

import pyspark
from pyspark.ml import Estimator, Pipeline, PipelineModel
from pyspark.ml.tuning import CrossValidator, TrainValidationSplit

from ai.narrows import __version__, _java, ml
from ai.narrows._mlflow_run import Quiet, Run, logger, reason, shown
from ai.narrows.errors import NarrowsError
from ai.narrows.report import HtmlReport

_PARENT = "narrows.mlflow.parent"  # Spark's local property, which PySpark hands down to the threads of a tuner
_EPOCH = ("loss", "validationLoss", "imagesPerSecond", "communicationShare", "seconds")
_TUNERS: tuple[Any, ...] = (CrossValidator, TrainValidationSplit)

_recording: _Recording | None = None


class _Listener:
    """Records while training goes on. Called by Java; raises nothing."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.epochs: set[int] = set()

    def started(self, rows: int, validationRows: int, calibrationRows: int, skippedRows: int, workers: int) -> None:
        self._run.param("rows", rows)
        self._run.param("validationRows", validationRows)
        self._run.param("calibrationRows", calibrationRows)
        self._run.param("skippedRows", skippedRows)
        self._run.param("workers", workers)
        self._run.send()

    def planned(self, options: Any, plan: Any, workers: int) -> None:
        averaging = plan.averaging()
        self._run.param("planned.averagingFrequency", averaging.frequency())
        self._run.param("planned.outerMomentum", averaging.outerMomentum())

    def resumed(self, epoch: int, epochs: int) -> None:
        self._run.tag("narrows.resumedAfterEpoch", epoch)

    def roundStarted(self, epoch: int, epochs: int, round: int, rounds: int) -> None:
        pass

    def roundFinished(self, report: Any) -> None:
        pass

    def epochFinished(self, report: Any, epochs: int) -> None:
        self.epoch(report)
        self._run.send()

    def finished(self, bestEpoch: int) -> None:
        pass

    def epoch(self, report: Any) -> None:
        """An epoch of Java's, if it was not recorded before."""
        epoch = report.epoch()
        if epoch not in self.epochs:
            self.epochs.add(epoch)
            for name in _EPOCH:
                self._run.metric(name, getattr(report, name)(), epoch)

    class Java:
        implements: ClassVar = ["ai.narrows.train.TrainingListener"]


class _Recording:
    """What ``autolog`` has switched on."""

    def __init__(self, report: bool, models: bool) -> None:
        self.failing = False
        self._report = report
        self._models = models
        self._lock = threading.Lock()
        self._used: set[str] = set()  # runs that have a training already
        self._busy: set[int] = set()  # estimators that are being fitted
        self._here = threading.local()  # tuning: the run of the tuner that this thread runs

    def failed(self, uri: str, reason: str) -> None:
        """Says so, but not again until the server has answered."""
        if not self.failing:
            self.failing = True
            logger.warning("Tracking at %s failed, the model is not affected: %s", shown(uri), reason)

    def fit(self, estimator: Any, train: Callable[[], Any]) -> Any:
        """A fit, recorded. It returns and raises what it would otherwise."""
        tuning: Run | None = getattr(self._here, "tuning", None)
        run, child = (tuning, False) if tuning is not None else self._choose()
        listener = _Listener(run)
        self._quietly(lambda: self._begin(run, estimator))
        heard = self._listen(estimator, listener)
        try:
            model = train()
        except BaseException as error:
            if run is not tuning:
                run.close("FAILED" if isinstance(error, Exception) else "KILLED")
            raise
        finally:
            if heard:
                self._unlisten(estimator)
        self._quietly(lambda: self._end(run, listener, model, child))
        if run is not tuning:
            self._close(run, model, child)
        return model

    def tune(self, tuner: Any, train: Callable[[], Any]) -> Any:
        """A search of params: the fits of its threads become children of one run, which has the best model's fit."""
        if getattr(self._here, "tuning", None) is not None or not _has_narrows(tuner):
            return train()
        run, child = self._choose()
        run.tag("narrows.tuner", type(tuner).__name__)
        context = _java.context()
        before = context.getLocalProperty(_PARENT)
        context.setLocalProperty(_PARENT, run.opened())  # type: ignore[arg-type]
        self._here.tuning = run
        try:
            result = train()
        except BaseException as error:
            run.close("FAILED" if isinstance(error, Exception) else "KILLED")
            raise
        finally:
            self._here.tuning = None
            context.setLocalProperty(_PARENT, before)  # type: ignore[arg-type]
        self._quietly(lambda: _tuned(run, tuner, result))
        best = result.bestModel
        self._close(run, best if isinstance(best, PipelineModel) else PipelineModel([best]), child)
        return result

    def _choose(self) -> tuple[Run, bool]:
        """The run of a fit in this thread, and whether it belongs to a tuner's."""
        import mlflow

        active = mlflow.active_run()
        if active is not None:
            run_id = str(active.info.run_id)
            with self._lock:
                first = run_id not in self._used
                self._used.add(run_id)
            return (Run(self, run_id), False) if first else (Run(self, parent=run_id), False)
        parent = _java.context().getLocalProperty(_PARENT)
        return Run(self, parent=parent), parent is not None

    def _begin(self, run: Run, estimator: Any) -> None:
        estimator._transfer_params_to_java()
        values = _java.java_class("ai.narrows.jobs.options.ParamOptions").values(estimator._java_obj)
        for name, value in dict(values).items():
            run.param(name, value)
        run.param("model", "vae" if isinstance(estimator, ml.VariationalAutoencoder) else "autoencoder")
        run.tag("narrows.version", __version__)
        run.tag("spark.applicationId", _java.context().applicationId)
        run.send()

    def _end(self, run: Run, listener: _Listener, model: Any, child: bool) -> None:
        summary = model._java_obj.summary()
        history = list(summary.history())
        for epoch in history:  # those of an earlier training, if it was resumed
            listener.epoch(epoch)
        run.metric("threshold", model.getThreshold(), len(history))
        run.metric("bestEpoch", summary.bestEpoch(), len(history))
        run.metric("totalSeconds", summary.seconds(), len(history))
        provenance = model.summary.provenance
        run.tag("narrows.input", " ".join(provenance.images.paths))
        if provenance.images.where:
            run.tag("narrows.where", provenance.images.where)
        run.tag("narrows.spark", provenance.sparkVersion)
        run.tag("narrows.java", provenance.javaVersion)
        run.tag("narrows.library", provenance.library)
        run.tag("narrows.device", provenance.device)
        run.tag("narrows.fingerprint", provenance.fingerprint)
        run.tag("narrows.threshold", model._java_obj.thresholdOrigin().toString())
        if self._report and not child:
            run.text("report.html", HtmlReport(model).html())

    def _close(self, run: Run, model: Any, child: bool) -> None:
        logs = self._models and not child
        sent = run.close("FINISHED")
        if sent:
            _remember(run.run_id)
        if logs and sent:
            self._quietly(lambda: _log_model(run, model))
        elif logs:
            logger.warning("The model is not logged to MLflow, since the server has not answered")

    def _listen(self, estimator: Any, listener: _Listener) -> bool:
        """Has the estimator call the listener beside the user's, unless another thread fits the same estimator."""
        from pyspark.java_gateway import ensure_callback_server_started

        with self._lock:
            if id(estimator) in self._busy:
                return False
            self._busy.add(id(estimator))

        def listen() -> None:
            ensure_callback_server_started(_java.context()._gateway)  # type: ignore[no-untyped-call]
            both = getattr(_java.java_class("ai.narrows.train.TrainingListener").NONE, "and")(listener)
            if estimator._listener is not None:
                both = getattr(both, "and")(estimator._listener)
            estimator._java_obj.setListener(both)

        self._quietly(listen)
        return True

    def _unlisten(self, estimator: Any) -> None:
        def unlisten() -> None:
            none = _java.java_class("ai.narrows.train.TrainingListener").NONE
            estimator._java_obj.setListener(none if estimator._listener is None else estimator._listener)

        self._quietly(unlisten)
        with self._lock:
            self._busy.discard(id(estimator))

    @staticmethod
    def _quietly(act: Callable[[], None]) -> None:
        """Whatever happens here, the training is more important."""
        try:
            act()
        except Exception as error:
            logger.warning("The record in MLflow is incomplete, the model is not affected: %s", reason(error))


def _tuned(run: Run, tuner: Any, result: Any) -> None:
    """What the tuner has found."""
    import json

    evaluator = tuner.getEvaluator()
    metric = evaluator.getMetricName() if hasattr(evaluator, "getMetricName") else "metric"
    values = result.avgMetrics if hasattr(result, "avgMetrics") else result.validationMetrics
    grid = [{param.name: value for param, value in chosen.items()} for chosen in tuner.getEstimatorParamMaps()]
    best = max(values) if evaluator.isLargerBetter() else min(values)
    run.metric(metric, float(best), 0)
    found = [{"params": chosen, metric: value} for chosen, value in zip(grid, values, strict=True)]
    run.text("tuning.json", json.dumps(found, indent=2, default=str) + "\n")


def _log_model(run: Run, model: Any) -> None:
    import mlflow
    import mlflow.spark

    active = mlflow.active_run()
    if active is None:
        mlflow.start_run(run_id=run.run_id)
    elif active.info.run_id != run.run_id:
        mlflow.start_run(run_id=run.run_id, nested=True)
    try:
        mlflow.spark.log_model(
            model if isinstance(model, PipelineModel) else PipelineModel([model]),
            "model",
            pip_requirements=[f"pyspark=={pyspark.__version__}", f"narrows=={__version__}"],
        )
    finally:
        if active is None or active.info.run_id != run.run_id:
            mlflow.end_run()


def _remember(run_id: str | None) -> None:
    """For mlflow.last_active_run() of this thread, as MLflow's own autologging has it; no public function does this."""
    from mlflow.tracking import fluent

    last: Any = getattr(fluent, "_last_active_run_id", None)
    if hasattr(last, "set"):
        last.set(run_id)


def _has_narrows(estimator: Estimator[Any]) -> bool:
    if isinstance(estimator, Pipeline):
        return any(_has_narrows(stage) for stage in estimator.getStages() if isinstance(stage, Estimator))
    if isinstance(estimator, _TUNERS):
        return _has_narrows(estimator.getEstimator())
    return isinstance(estimator, ml._AutoencoderEstimator)


def _wrapped(original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    @functools.wraps(original)
    def _fit(self: Any, dataset: Any) -> Any:
        recording = _recording
        if recording is None:
            return original(self, dataset)
        return recording.tune(self, lambda: original(self, dataset))

    _fit._narrows_original = original  # type: ignore[attr-defined]
    return _fit


def _install(recording: _Recording | None) -> None:
    """Puts a recording around every fit and every tuner's; None takes it away."""
    global _recording
    _recording = recording
    ml._around_fit = None if recording is None else recording.fit
    urllib3 = logging.getLogger("urllib3.connectionpool")
    for known in [known for known in urllib3.filters if isinstance(known, Quiet)]:
        urllib3.removeFilter(known)
    if recording is not None:
        urllib3.addFilter(Quiet())
    for tuner in _TUNERS:
        original = getattr(tuner._fit, "_narrows_original", None)
        if recording is None and original is not None:
            tuner._fit = original
        elif recording is not None and original is None:
            tuner._fit = _wrapped(tuner._fit)


def autolog(disable: bool = False, *, log_report: bool = True, log_models: bool = False) -> None:
    """
    Logs every following ``fit`` to MLflow: params, metrics of each epoch, provenance as tags, the HTML report.

    A fit logs to the active run if that has no training yet, otherwise to a new run, which is a child of the active
    run if there is one. The fits of a ``CrossValidator`` or ``TrainValidationSplit`` are children of one run. A server
    that fails costs a warning, not the model.

    Parameters
    ----------
    disable : bool, default False
        Stops logging.
    log_report : bool, default True
        Logs the HTML report as the artifact ``report.html``.
    log_models : bool, default False
        Logs the model as a PipelineModel with ``mlflow.spark``, as the artifact ``model``.

    Raises
    ------
    NarrowsError
        If MLflow is not installed.

    Examples
    --------
    >>> import narrows
    >>> narrows.autolog(disable=True)

    """
    for name, value in {"disable": disable, "log_report": log_report, "log_models": log_models}.items():
        if not isinstance(value, bool):
            raise TypeError(f"{name} must be True or False, but is {value!r}")
    if disable:
        _install(None)
        return
    try:
        import mlflow  # noqa: F401
    except ImportError:
        raise NarrowsError("autolog needs MLflow: pip install 'narrows[mlflow]'") from None
    _install(_Recording(log_report, log_models))
