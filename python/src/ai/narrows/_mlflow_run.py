"""One run of MLflow, and the thread that sends what belongs to it."""

from __future__ import annotations

import logging
import math
import re
import socket
import threading
import time
import urllib.request
from collections import deque
from typing import Any, Protocol
from urllib.parse import urlsplit

logger = logging.getLogger("narrows.mlflow")

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

THREAD = "narrows-mlflow"  # name of the threads that send

# User names with passwords, and of web addresses tokens; the user of a cluster or a container is no secret.
_CREDENTIALS = re.compile(r"""([a-z][a-z0-9+.-]*://)[^/@\s"'<>]*:[^/\s"'<>]*@|(https?://)[^/\s"'<>]*@""", re.IGNORECASE)


def shown(text: str) -> str:
    """Without the credentials that URIs may have."""
    return _CREDENTIALS.sub(r"\1\2", text)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 4] + " ..."


def reason(error: BaseException) -> str:
    """Why something has failed, in a line."""
    text = str(error).strip() or type(error).__name__
    return _cut(shown(text.splitlines()[0]), 300)


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


class _Health(Protocol):
    """Whether servers have answered lately."""

    failing: bool

    def failed(self, uri: str, reason: str) -> None:
        """Says that a server does not answer."""


class Quiet(logging.Filter):
    """Keeps the HTTP library's words about requests that it repeats out of the log, where this module made them."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.threadName or "").startswith(THREAD)


class Run:
    """
    A run of MLflow. A thread of its own speaks to the server; what the server has not taken is sent again later.

    Parameters
    ----------
    health : _Health
        Hears whether the server answers.
    run_id : str, optional
        A run that somebody else started and ends; by default a new one.
    parent : str, optional
        Run id of the parent of a new run.

    """

    def __init__(self, health: _Health, run_id: str | None = None, parent: str | None = None) -> None:
        import mlflow

        self.run_id = run_id
        self._health = health
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
        self._thread = threading.Thread(target=self._work, name=THREAD, daemon=True)
        self._thread.start()

    def param(self, key: str, value: object) -> None:
        self._params.append((key, _cut(shown(str(value)), _PARAM_LENGTH)))

    def tag(self, key: str, value: object) -> None:
        self._tags.append((key, _cut(shown(str(value)), _TAG_LENGTH)))

    def metric(self, key: str, value: float, step: int) -> None:
        """A value at the end of an epoch; NaN where there is none."""
        if not math.isnan(value):
            self._metrics.append((key, float(value), int(time.time() * 1000), step))

    def text(self, name: str, content: str) -> None:
        """An artifact."""
        self._texts.append((name, shown(content)))

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
            self._health.failed(self._uri, f"no answer within {patience:g} s")
        return self._sent

    def _patience(self) -> float:
        if not _is_server(self._uri):
            return _PATIENCE_HERE
        return _PATIENCE_LATER if self._health.failing else _PATIENCE

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
                self._health.failing = False
            except Exception as error:
                self._health.failed(self._uri, reason(error))
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
        run_id = self.run_id
        assert run_id is not None
        while self._params:
            params = [Param(*param) for param in list(self._params)[:_PARAMS]]
            try:
                client.log_batch(run_id, params=params)
            except MlflowException as error:
                if error.error_code != "INVALID_PARAMETER_VALUE":
                    raise
                self._send_singly(client, run_id, params)
            for _ in params:
                self._params.popleft()
        while self._tags:
            tags = [RunTag(*tag) for tag in list(self._tags)[:_TAGS]]
            client.log_batch(run_id, tags=tags)
            for _ in tags:
                self._tags.popleft()
        while self._metrics:
            metrics = [Metric(*metric) for metric in list(self._metrics)[:_METRICS]]
            client.log_batch(run_id, metrics=metrics)
            for _ in metrics:
                self._metrics.popleft()
        while self._texts:
            name, content = self._texts[0]
            client.log_text(run_id, content, name)
            self._texts.popleft()

    def _send_singly(self, client: Any, run_id: str, params: list[Any]) -> None:
        """MLflow takes all params of a request or none, and none that has another value already."""
        from mlflow.exceptions import MlflowException

        refused = []
        for param in params:
            try:
                client.log_batch(run_id, params=[param])
            except MlflowException as error:
                if error.error_code != "INVALID_PARAMETER_VALUE":
                    raise
                refused.append(param.key)
        if refused:
            logger.warning(
                "The MLflow run %s keeps its own values of the params %s, those of this training are not logged",
                run_id,
                ", ".join(refused),
            )
