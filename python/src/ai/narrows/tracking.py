"""Trainings recorded in MLflow."""

from __future__ import annotations

import time
from typing import Any

from pyspark.sql import DataFrame

from ai.narrows import ml
from ai.narrows.errors import NarrowsError
from ai.narrows.report import HtmlReport

_recording: _Recording | None = None


class _Recording:
    """Logs a fit to the active MLflow run, or to a run of its own."""

    def __init__(self, report: bool, models: bool) -> None:
        self._report = report
        self._models = models

    def __call__(self, estimator: Any, model: Any, images: DataFrame) -> None:
        import mlflow
        from mlflow.entities import Metric, Param, RunTag
        from mlflow.tracking import MlflowClient

        own = mlflow.active_run() is None
        run = mlflow.active_run() or mlflow.start_run(run_name=type(estimator).__name__)
        try:
            summary = model.summary
            now = int(time.time() * 1000)
            metrics = [
                Metric(name, float(value), now, int(row["epoch"]))
                for row in summary.history.to_dict("records")
                for name, value in row.items()
                if name != "epoch" and value == value
            ]
            for name in ("threshold", "bestEpoch", "rows", "workers"):
                metrics.append(Metric(name, float(getattr(summary, name)), now, 0))
            params = [Param(name, str(value)) for name, value in summary.params.items() if value != ""]
            provenance = summary.provenance
            tags = {
                "estimator": type(estimator).__name__,
                "narrowsVersion": provenance.narrowsVersion,
                "sparkVersion": provenance.sparkVersion,
                "library": provenance.library,
                "device": provenance.device,
                "images": str(provenance.images),
                "fingerprint": provenance.fingerprint,
            }
            client = MlflowClient()
            client.log_batch(
                run.info.run_id, params=params, tags=[RunTag("narrows." + key, value) for key, value in tags.items()]
            )
            for at in range(0, len(metrics), 1000):
                client.log_batch(run.info.run_id, metrics=metrics[at : at + 1000])
            if self._report:
                page = HtmlReport(model, run.info.run_name or "model").html()
                mlflow.log_text(page, "report.html")
            if self._models:
                from pyspark.ml import PipelineModel

                mlflow.spark.log_model(PipelineModel([model]), "model")
        finally:
            if own:
                mlflow.end_run()


def autolog(disable: bool = False, *, log_report: bool = True, log_models: bool = False) -> None:
    """
    Logs every following ``fit`` to MLflow: params, metrics of each epoch, provenance as tags, the HTML report.

    A fit logs to the active run, or starts and ends one of its own.

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
    global _recording
    if _recording is not None:
        ml._after_fit.remove(_recording)
        _recording = None
    if disable:
        return
    try:
        import mlflow  # noqa: F401
    except ImportError:
        raise NarrowsError("autolog needs MLflow: pip install 'narrows[mlflow]'") from None
    _recording = _Recording(log_report, log_models)
    ml._after_fit.append(_recording)
