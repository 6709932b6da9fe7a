"""Trainings recorded in MLflow."""

from __future__ import annotations

import functools
import logging
import math
import re
import socket
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pyspark
from pyspark.ml import Estimator, Pipeline, PipelineModel
from pyspark.ml.tuning import CrossValidator, TrainValidationSplit

from ai.narrows import __version__, _java, ml
from ai.narrows.errors import NarrowsError
from ai.narrows.report import HtmlReport

_logger = logging.getLogger("narrows.mlflow")

# How long a fit waits at its end for a server, in seconds: the first time, and while the server has not answered.
_PATIENCE = 10.0
_PATIENCE_LATER = 1.0
_PATIENCE_HERE = 120.0  # for a database or folder, which may have to be made

# MLflow takes 1,000 in one request, among them at most 100 params and 100 tags.
_METRICS = 800
_PARAMS = 100
_TAGS = 100

# Longest values that every version of MLflow takes; jobs/train cuts at the same.
_PARAM_LENGTH = 500
_TAG_LENGTH = 5000

_PARENT = "narrows.mlflow.parent"  # Spark's local property, which PySpark hands down to the threads of a tuner
_THREAD = "narrows-mlflow"
_EPOCH = ("loss", "validationLoss", "imagesPerSecond", "communicationShare", "seconds")
_TUNERS: tuple[Any, ...] = (CrossValidator, TrainValidationSplit)

# User names with passwords, and of web addresses tokens; the user of a cluster or a container is no secret.
_CREDENTIALS = re.compile(r"""([a-z][a-z0-9+.-]*://)[^/@\s"'<>]*:[^/\s"'<>]*@|(https?://)[^/\s"'<>]*@""", re.IGNORECASE)

_recording: _Recording | None = None


def _shown(text: str) -> str:
    """Without the credentials that URIs may have."""
    return _CREDENTIALS.sub(r"\1\2", text)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 4] + " ..."


def _reason(error: BaseException) -> str:
    """Why something has failed, in a line."""
    text = str(error).strip() or type(error).__name__
    return _cut(_shown(text.splitlines()[0]), 300)


def _is_server(uri: str) -> bool:
    return uri.startswith(("http:", "https:", "databricks", "uc:"))


def _probe(uri: str) -> None:
    """Raises OSError if nothing listens there. MLflow's client would try for minutes to find that out."""
    parts = urlsplit(uri)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https"):
        return
    if urllib.request.getproxies().get(parts.scheme) and not urllib.request.proxy_bypass(host):
        return
    socket.create_connection((host, parts.port or (443 if parts.scheme == "https" else 80)), _PATIENCE).close()


class _Quiet(logging.Filter):
    """Keeps the HTTP library's words about requests that it repeats out of the log, where this module made them."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.threadName or "").startswith(_THREAD)


class _Run:
    """
    A run of MLflow. A thread of its own speaks to the server; what the server has not taken is sent again later.

    Parameters
    ----------
    recording : _Recording
        Hears whether the server answers.
    run_id : str, optional
        A run that somebody else started and ends; by default a new one.
    parent : str, optional
        Run id of the parent of a new run.

    """

    def __init__(self, recording: _Recording, run_id: str | None = None, parent: str | None = None) -> None:
        import mlflow

        self.run_id = run_id
        self._recording = recording
        self._own = run_id is None
        self._parent = parent
        self._uri: str = mlflow.get_tracking_uri()
        self._params: deque[tuple[str, str]] = deque()
        self._tags: deque[tuple[str, str]] = deque()
        self._metrics: deque[tuple[str, float, int, int]] = deque()
        self._texts: deque[tuple[str, str]] = deque()
        self._status: str | None = None  # None while it goes on
        self._opened = threading.Event()
        self._changed = threading.Event()
        self._sent = False
        self._thread = threading.Thread(target=self._work, name=_THREAD, daemon=True)
        self._thread.start()

    def param(self, key: str, value: object) -> None:
        self._params.append((key, _cut(_shown(str(value)), _PARAM_LENGTH)))

    def tag(self, key: str, value: object) -> None:
        self._tags.append((key, _cut(_shown(str(value)), _TAG_LENGTH)))

    def metric(self, key: str, value: float, step: int) -> None:
        """A value at the end of an epoch; NaN where there is none."""
        if not math.isnan(value):
            self._metrics.append((key, float(value), int(time.time() * 1000), step))

    def text(self, name: str, content: str) -> None:
        """An artifact."""
        self._texts.append((name, _shown(content)))

    def send(self) -> None:
        """Has the thread send what there is."""
        self._changed.set()

    def opened(self) -> str | None:
        """The run id, waited for; None if the server does not give one."""
        self.send()
        self._opened.wait(self._patience())
        return self.run_id

    def close(self, status: str) -> bool:
        """
        Nothing comes after this. Waits until all is sent, but not longer than a training should.

        Returns
        -------
        bool
            Whether all was sent.

        """
        self._status = status
        self.send()
        patience = self._patience()
        self._thread.join(patience)
        if self._thread.is_alive():
            self._recording.failed(self._uri, f"no answer within {patience:g} s")
        return self._sent

    def _patience(self) -> float:
        if not _is_server(self._uri):
            return _PATIENCE_HERE
        return _PATIENCE_LATER if self._recording.failing else _PATIENCE

    def _work(self) -> None:
        import mlflow

        while not self._sent:
            self._changed.wait()
            self._changed.clear()
            status = self._status  # all that comes before it is in the queues by now
            try:
                _probe(self._uri)
                self._open()
                self._flush()
                if status is not None:
                    if self._own:
                        mlflow.end_run(status)
                    self._sent = True
                self._recording.failing = False
            except Exception as error:
                self._recording.failed(self._uri, _reason(error))
                if status is not None:
                    return

    def _open(self) -> None:
        import mlflow

        if self.run_id is None:
            tags = {"mlflow.parentRunId": self._parent} if self._parent else None
            self.run_id = mlflow.start_run(tags=tags).info.run_id
        self._opened.set()

    def _flush(self) -> None:
        from mlflow.entities import Metric, Param, RunTag
        from mlflow.exceptions import MlflowException
        from mlflow.tracking import MlflowClient

        client = MlflowClient(self._uri)
        while self._params:
            params = [Param(*param) for param in list(self._params)[:_PARAMS]]
            try:
                client.log_batch(self.run_id, params=params)
            except MlflowException as error:
                if error.error_code != "INVALID_PARAMETER_VALUE":
                    raise
                self._send_singly(client, params)
            for _ in params:
                self._params.popleft()
        while self._tags:
            tags = [RunTag(*tag) for tag in list(self._tags)[:_TAGS]]
            client.log_batch(self.run_id, tags=tags)
            for _ in tags:
                self._tags.popleft()
        while self._metrics:
            metrics = [Metric(*metric) for metric in list(self._metrics)[:_METRICS]]
            client.log_batch(self.run_id, metrics=metrics)
            for _ in metrics:
                self._metrics.popleft()
        while self._texts:
            name, content = self._texts[0]
            client.log_text(self.run_id, content, name)
            self._texts.popleft()

    def _send_singly(self, client: Any, params: list[Any]) -> None:
        """MLflow takes all params of a request or none, and none that has another value already."""
        from mlflow.exceptions import MlflowException

        refused = []
        for param in params:
            try:
                client.log_batch(self.run_id, params=[param])
            except MlflowException as error:
                if error.error_code != "INVALID_PARAMETER_VALUE":
                    raise
                refused.append(param.key)
        if refused:
            _logger.warning(
                "The MLflow run %s keeps its own values of the params %s, those of this training are not logged",
                self.run_id,
                ", ".join(refused),
            )


class _Listener:
    """Records while training goes on. Called by Java; raises nothing."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self.epochs: set[int] = set()

    def started(self, rows: int, validationRows: int, skippedRows: int, workers: int) -> None:
        self._run.param("rows", rows)
        self._run.param("validationRows", validationRows)
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
            _logger.warning("Tracking at %s failed, the model is not affected: %s", _shown(uri), reason)

    def fit(self, estimator: Any, train: Callable[[], Any]) -> Any:
        """A fit, recorded. It returns and raises what it would otherwise."""
        tuning: _Run | None = getattr(self._here, "tuning", None)
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

    def _choose(self) -> tuple[_Run, bool]:
        """The run of a fit in this thread, and whether it belongs to a tuner's."""
        import mlflow

        active = mlflow.active_run()
        if active is not None:
            run_id = str(active.info.run_id)
            with self._lock:
                first = run_id not in self._used
                self._used.add(run_id)
            return (_Run(self, run_id), False) if first else (_Run(self, parent=run_id), False)
        parent = _java.context().getLocalProperty(_PARENT)
        return _Run(self, parent=parent), parent is not None

    def _begin(self, run: _Run, estimator: Any) -> None:
        estimator._transfer_params_to_java()
        values = _java.java_class("ai.narrows.jobs.options.ParamOptions").values(estimator._java_obj)
        for name, value in dict(values).items():
            run.param(name, value)
        run.param("model", "vae" if isinstance(estimator, ml.VariationalAutoencoder) else "autoencoder")
        run.tag("narrows.version", __version__)
        run.tag("spark.applicationId", _java.context().applicationId)
        run.send()

    def _end(self, run: _Run, listener: _Listener, model: Any, child: bool) -> None:
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

    def _close(self, run: _Run, model: Any, child: bool) -> None:
        logs = self._models and not child
        sent = run.close("FINISHED")
        if sent:
            _remember(run.run_id)
        if logs and sent:
            self._quietly(lambda: _log_model(run, model))
        elif logs:
            _logger.warning("The model is not logged to MLflow, since the server has not answered")

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
            _logger.warning("The record in MLflow is incomplete, the model is not affected: %s", _reason(error))


def _tuned(run: _Run, tuner: Any, result: Any) -> None:
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


def _log_model(run: _Run, model: Any) -> None:
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
    for known in [known for known in urllib3.filters if isinstance(known, _Quiet)]:
        urllib3.removeFilter(known)
    if recording is not None:
        urllib3.addFilter(_Quiet())
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
