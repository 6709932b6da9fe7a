"""MLflow with a real server: recorded trainings, logged and registered models, the examples of docs/mlflow.md."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyspark
import pytest
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.feature import SQLTransformer, VectorAssembler
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder, TrainValidationSplit
from pyspark.sql import DataFrame, SparkSession

import narrows
from ai.narrows import _java, _mlflow_run, ml

mlflow = pytest.importorskip("mlflow")
pytestmark = pytest.mark.mlflow

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mlflow.md"
EPOCH = ["loss", "validationLoss", "imagesPerSecond", "communicationShare", "seconds"]
SMALL: dict[str, Any] = {"hidden": [16], "latentDim": 2, "epochs": 2, "numWorkers": 2, "seed": 1}
REQUIREMENTS = [f"pyspark=={pyspark.__version__}", f"narrows=={narrows.__version__}"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """An MLflow server in a process of its own; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.address = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "mlflow", "server", "--host=127.0.0.1", f"--port={self._port}", "--workers=1"]
        command += [f"--backend-store-uri=sqlite:///{self._folder}/mlflow.db"]
        command += [f"--artifacts-destination={self._folder}/artifacts"]
        environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
        log = self._folder / "server.log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command, stdout=out, stderr=out, env=environment, cwd=self._folder, start_new_session=True
            )
        end = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(self.address + "/health", timeout=5):
                    return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > end:
                    self.stop()
                    raise AssertionError(log.read_text()) from None
                time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)  # its own session: the server and its workers
            self._process.wait()
            self._process = None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    server = Server(tmp_path_factory.mktemp("mlflow"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Server]:
    """A server that a test may stop."""
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _clean(server: Server, request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test has an experiment of its own, and leaves neither autologging nor a run behind."""
    mlflow.set_tracking_uri(server.address)
    mlflow.set_experiment(request.node.name)
    yield
    narrows.autolog(disable=True)
    while mlflow.active_run() is not None:
        mlflow.end_run()
    mlflow.set_tracking_uri(server.address)


def client() -> Any:
    return mlflow.MlflowClient()


def runs(name: str) -> list[Any]:
    """The runs of an experiment, the first one first."""
    experiment = client().get_experiment_by_name(name)
    return list(client().search_runs([experiment.experiment_id], order_by=["attributes.start_time ASC"]))


def epochs(run: Any, metric: str) -> dict[int, float]:
    return {value.step: value.value for value in client().get_metric_history(run.info.run_id, metric)}


def history(model: Any, metric: str) -> dict[int, float]:
    table = model.summary.history
    return {int(epoch): value for epoch, value in zip(table["epoch"], table[metric], strict=True) if value == value}


def artifacts(run: Any, path: str | None = None) -> list[str]:
    return [artifact.path for artifact in client().list_artifacts(run.info.run_id, path)]


def scores(model: Any, images: DataFrame) -> list[float]:
    return [row.anomalyScore for row in model.transform(images).orderBy("id").collect()]


def sentences(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "narrows.mlflow"]


def in_another_process(
    program: str, *arguments: str, cwd: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        timeout=240,
        env={**os.environ, "MLFLOW_TRACKING_URI": mlflow.get_tracking_uri(), **environment},
    )


# --- Models ---------------------------------------------------------------------------------------------------------


LOAD = """
import sys
import mlflow, narrows
spark = narrows.start("local[1]")
model = mlflow.spark.load_model("models:/clothes/1")
images = spark.read.parquet(sys.argv[1])
print(type(model).__name__, type(model.stages[1]).__name__)
print(*[row.anomalyScore.hex() for row in model.transform(images).orderBy("id").collect()])
"""

# In its own session, which MLflow starts.
PREDICT = """
import sys
import mlflow, pandas
model = mlflow.pyfunc.load_model("models:/clothes/1")
print(*model.predict(pandas.read_pickle(sys.argv[1] + ".pickle")))
"""


def test_a_registered_pipeline_scores_the_same_in_another_process(clothes: DataFrame, tmp_path: Path) -> None:
    import mlflow.spark

    stages = [
        SQLTransformer(statement="SELECT id, image FROM __THIS__"),
        narrows.Autoencoder(**SMALL, contamination=0.3),
    ]
    model = Pipeline(stages=stages).fit(clothes)
    with mlflow.start_run() as run:
        info = mlflow.spark.log_model(model, "model", registered_model_name="clothes", pip_requirements=REQUIREMENTS)
    version = client().get_model_version("clothes", "1")
    assert version.run_id == run.info.run_id
    requirements = Path(mlflow.artifacts.download_artifacts(info.model_uri + "/requirements.txt")).read_text()
    assert f"narrows=={narrows.__version__}" in requirements.splitlines()

    some = clothes.limit(40)
    some.select("id", "image").write.parquet(str(tmp_path / "images"))
    table = str(tmp_path / "images")
    done = in_another_process(LOAD, table, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    kinds, found = done.stdout.strip().splitlines()[-2:]
    assert kinds == "PipelineModel AutoencoderModel"
    assert [float.fromhex(score) for score in found.split()] == scores(model, some)

    ordered = some.orderBy("id").select("id", "image")
    expected = [row.prediction for row in model.transform(ordered).collect()]
    assert 0 < sum(expected) < 40
    frame = ordered.toPandas()
    assert mlflow.pyfunc.load_model("models:/clothes/1").predict(frame) == expected

    frame.to_pickle(table + ".pickle")
    without = LOAD.replace('spark = narrows.start("local[1]")', "")
    done = in_another_process(without, table, cwd=tmp_path)
    assert "AttributeError: 'NoneType' object has no attribute 'jvm'" in done.stderr
    done = in_another_process(PREDICT, table, cwd=tmp_path)
    assert "java.lang.ClassNotFoundException: ai.narrows.ml.AutoencoderModel" in done.stderr
    given = {"PYSPARK_SUBMIT_ARGS": f"--jars {narrows.jar()} pyspark-shell"}
    done = in_another_process(PREDICT, table, cwd=tmp_path, **given)
    assert done.returncode == 0, done.stderr
    assert [float(word) for word in done.stdout.strip().splitlines()[-1].split()] == expected


def test_what_mlflow_infers_by_itself_lacks_narrows(trousers: DataFrame) -> None:
    import mlflow.spark

    model = Pipeline(stages=[narrows.Autoencoder(**SMALL)]).fit(trousers)
    with mlflow.start_run():
        info = mlflow.spark.log_model(model, "model")
    requirements = Path(mlflow.artifacts.download_artifacts(info.model_uri + "/requirements.txt")).read_text()
    assert f"pyspark=={pyspark.__version__}" in requirements
    assert "narrows" not in requirements


# --- Autologging ----------------------------------------------------------------------------------------------------


def test_a_fit_is_a_run(trousers: DataFrame, request: pytest.FixtureRequest, spark: SparkSession) -> None:
    narrows.autolog()
    estimator = narrows.Autoencoder(**SMALL, validationFraction=0.2)
    model = estimator.fit(trousers)
    (run,) = runs(request.node.name)
    assert run.info.status == "FINISHED"
    assert mlflow.last_active_run().info.run_id == run.info.run_id
    assert mlflow.active_run() is None

    expected = dict(_java.java_class("ai.narrows.jobs.options.ParamOptions").values(estimator._java_obj))
    assert expected["hidden"] == "16"
    assert expected["initModel"] == ""
    assert expected.keys() == model.summary.params.keys()
    summary = model.summary
    expected |= {"model": "autoencoder", "rows": str(summary.rows), "validationRows": str(summary.validationRows)}
    expected |= {"calibrationRows": str(summary.calibrationRows), "skippedRows": "0", "workers": "2"}
    expected |= {"planned.averagingFrequency": str(summary.averagingFrequency)}
    expected |= {"planned.outerMomentum": str(summary.outerMomentum)}
    assert run.data.params == expected

    for metric in EPOCH:
        assert epochs(run, metric) == history(model, metric)
        assert len(epochs(run, metric)) == 2
    assert run.data.metrics.keys() == {*EPOCH, "threshold", "bestEpoch", "totalSeconds"}
    assert run.data.metrics["threshold"] == model.getThreshold()
    assert epochs(run, "bestEpoch") == {2: summary.bestEpoch}

    provenance = summary.provenance
    tags = {key: value for key, value in run.data.tags.items() if key.startswith(("narrows.", "spark."))}
    assert tags == {
        "narrows.version": narrows.__version__,
        "narrows.input": provenance.images.paths[0],
        "narrows.spark": spark.version,
        "narrows.java": provenance.javaVersion,
        "narrows.library": provenance.library,
        "narrows.device": "cpu",
        "narrows.fingerprint": provenance.fingerprint,
        "narrows.threshold": f"contamination, {summary.calibration}",
        "spark.applicationId": spark.sparkContext.applicationId,
    }
    assert artifacts(run) == ["report.html"]
    page = Path(mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/report.html")).read_text()
    assert page == narrows.HtmlReport(model).html()


def test_autologging_changes_nothing_of_the_model(trousers: DataFrame) -> None:
    heard = []

    class Listener(narrows.TrainingListener):
        def epochFinished(self, report: narrows.EpochReport, epochs: int) -> None:
            heard.append(report.epoch)

    estimator = narrows.Autoencoder(**SMALL).setListener(Listener())
    estimator.setImageSource(narrows.ImageSource(["here"], "idx"))
    without = estimator.fit(trousers)
    narrows.autolog()
    recorded = estimator.fit(trousers)
    narrows.autolog(disable=True)
    after = estimator.fit(trousers)
    for model in (recorded, after):
        assert (model.parameters == without.parameters).all()
        assert model.uid == without.uid
        assert model.summary.provenance == without.summary.provenance
    assert heard == [1, 2] * 3


def test_the_active_run_gets_the_first_fit_and_children_the_others(
    trousers: DataFrame, request: pytest.FixtureRequest
) -> None:
    narrows.autolog(log_report=False)
    with mlflow.start_run() as mine:
        first = narrows.Autoencoder(**SMALL).fit(trousers)
        assert mlflow.active_run().info.run_id == mine.info.run_id
        second = narrows.VariationalAutoencoder(**SMALL | {"epochs": 3}).fit(trousers)
        mlflow.log_metric("own", 1)
    parent, child = runs(request.node.name)
    assert parent.info.run_id == mine.info.run_id
    assert (parent.data.params["model"], child.data.params["model"]) == ("autoencoder", "vae")
    assert child.data.tags["mlflow.parentRunId"] == mine.info.run_id
    assert (parent.info.status, child.info.status) == ("FINISHED", "FINISHED")
    assert epochs(parent, "loss") == history(first, "loss")
    assert epochs(child, "loss") == history(second, "loss")
    assert parent.data.metrics["own"] == 1
    assert artifacts(parent) == artifacts(child) == []


def test_a_failed_fit_fails_its_own_run_only(trousers: DataFrame, request: pytest.FixtureRequest) -> None:
    narrows.autolog()
    diverging = narrows.Autoencoder(**SMALL, solver="sgd", stepSize=1e30)
    with pytest.raises(narrows.NarrowsError):
        diverging.fit(trousers)
    with pytest.raises(narrows.InputError, match="nothere"):
        narrows.Autoencoder(imageCol="nothere").fit(trousers)
    with mlflow.start_run() as mine:
        with pytest.raises(narrows.NarrowsError):
            diverging.fit(trousers)
        assert client().get_run(mine.info.run_id).info.status == "RUNNING"
    first, second, third = runs(request.node.name)
    assert (first.info.status, second.info.status, third.info.status) == ("FAILED", "FAILED", "FINISHED")
    assert first.data.params["stepSize"] == third.data.params["stepSize"] == "1.0E30"
    assert second.data.params["imageCol"] == "nothere"


def test_an_interrupted_fit_is_killed(trousers: DataFrame, request: pytest.FixtureRequest, monkeypatch: Any) -> None:
    narrows.autolog()

    def interrupted(self: Any, dataset: DataFrame) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(narrows.Autoencoder, "_fit_java", interrupted)
    with pytest.raises(KeyboardInterrupt):
        narrows.Autoencoder(**SMALL).fit(trousers)
    assert [run.info.status for run in runs(request.node.name)] == ["KILLED"]


def test_twice_on_logs_once_and_off_logs_nothing(trousers: DataFrame, request: pytest.FixtureRequest) -> None:
    fit = CrossValidator._fit
    narrows.autolog()
    narrows.autolog(log_report=False)
    narrows.Autoencoder(**SMALL).fit(trousers)
    assert [artifacts(run) for run in runs(request.node.name)] == [[]]
    narrows.autolog(disable=True)
    narrows.autolog(disable=True)
    narrows.Autoencoder(**SMALL).fit(trousers)
    assert len(runs(request.node.name)) == 1
    assert CrossValidator._fit is fit
    assert ml._around_fit is None
    assert not any(
        isinstance(found, _mlflow_run.Quiet) for found in logging.getLogger("urllib3.connectionpool").filters
    )
    with pytest.raises(TypeError, match="log_models must be True or False, but is 'yes'"):
        narrows.autolog(log_models="yes")  # type: ignore[arg-type]


def test_several_fits_by_a_list_of_params(trousers: DataFrame, request: pytest.FixtureRequest) -> None:
    narrows.autolog(log_report=False)
    estimator = narrows.Autoencoder(**SMALL)
    estimator.fit(trousers, [{estimator.latentDim: 1}, {estimator.latentDim: 3}])
    assert [run.data.params["latentDim"] for run in runs(request.node.name)] == ["1", "3"]


def test_a_logged_model_scores_the_same(trousers: DataFrame, request: pytest.FixtureRequest) -> None:
    import mlflow.spark

    narrows.autolog(log_models=True)
    alone = narrows.Autoencoder(**SMALL).fit(trousers)
    with mlflow.start_run():
        active = narrows.Autoencoder(**SMALL | {"seed": 2}).fit(trousers)
        child = narrows.Autoencoder(**SMALL | {"seed": 3}).fit(trousers)
        assert mlflow.active_run() is not None
    found = runs(request.node.name)
    assert [run.info.status for run in found] == ["FINISHED"] * 3
    for run, model in zip(found, (alone, active, child), strict=True):
        assert artifacts(run) == ["model", "report.html"]
        loaded = mlflow.spark.load_model(f"runs:/{run.info.run_id}/model")
        assert scores(loaded, trousers) == scores(model, trousers)


@pytest.mark.parametrize(
    ("kind", "active", "piped"),
    [(CrossValidator, False, True), (CrossValidator, True, False), (TrainValidationSplit, False, False)],
)
def test_fits_of_a_tuner_are_children(
    kind: Any, active: bool, piped: bool, clothes: DataFrame, request: pytest.FixtureRequest
) -> None:
    narrows.autolog(log_models=piped)
    estimator = narrows.Autoencoder(**SMALL | {"epochs": 1})
    tuner = kind(
        estimator=Pipeline(stages=[estimator]) if piped else estimator,
        evaluator=narrows.AnomalyEvaluator(anomalous="label <> 1"),
        estimatorParamMaps=ParamGridBuilder().addGrid(estimator.latentDim, [1, 4]).build(),
        parallelism=2,
        seed=1,
    )
    folds = 1
    if kind is CrossValidator:
        folds = 2
        tuner.setNumFolds(folds)
    if active:
        with mlflow.start_run() as mine:
            best = tuner.fit(clothes)
            assert client().get_run(mine.info.run_id).info.status == "RUNNING"
    else:
        best = tuner.fit(clothes)
    parent, *children = runs(request.node.name)
    assert len(children) == 2 * folds
    assert sorted(child.data.params["latentDim"] for child in children) == ["1"] * folds + ["4"] * folds
    for child in children:
        assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
        assert child.info.status == "FINISHED"
        assert list(epochs(child, "loss")) == [1]
        assert artifacts(child) == []
    if active:
        assert parent.info.run_id == mine.info.run_id
    assert parent.info.status == "FINISHED"
    chosen = best.bestModel.stages[0] if piped else best.bestModel
    assert parent.data.params["latentDim"] == str(chosen.latentDim)
    assert epochs(parent, "loss") == history(chosen, "loss")
    assert parent.data.tags["narrows.tuner"] == kind.__name__
    averages = best.avgMetrics if kind is CrossValidator else best.validationMetrics
    assert parent.data.metrics["auroc"] == max(averages)
    assert artifacts(parent) == [*(["model"] if piped else []), "report.html", "tuning.json"]
    table = json.loads(Path(mlflow.artifacts.download_artifacts(f"runs:/{parent.info.run_id}/tuning.json")).read_text())
    assert table == [
        {"params": {"latentDim": 1}, "auroc": averages[0]},
        {"params": {"latentDim": 4}, "auroc": averages[1]},
    ]


def test_tuners_of_others_are_not_recorded(clothes: DataFrame, request: pytest.FixtureRequest) -> None:
    from pyspark.ml.clustering import KMeans
    from pyspark.ml.evaluation import ClusteringEvaluator

    table = VectorAssembler(inputCols=["index", "label"], outputCol="features").transform(clothes)
    narrows.autolog()
    means = KMeans()
    grid = ParamGridBuilder().addGrid(means.k, [2, 3]).build()
    TrainValidationSplit(estimator=means, evaluator=ClusteringEvaluator(), estimatorParamMaps=grid).fit(table)
    assert runs(request.node.name) == []


def test_a_tuner_that_fails(clothes: DataFrame, request: pytest.FixtureRequest) -> None:
    narrows.autolog()
    estimator = narrows.Autoencoder(**SMALL, solver="sgd", stepSize=1e30)
    grid = ParamGridBuilder().addGrid(estimator.latentDim, [1, 4]).build()
    evaluator = narrows.AnomalyEvaluator(anomalous="label <> 1")
    with pytest.raises(narrows.NarrowsError):
        TrainValidationSplit(estimator=estimator, evaluator=evaluator, estimatorParamMaps=grid).fit(clothes)
    end = time.monotonic() + 60
    while {run.info.status for run in runs(request.node.name)} != {"FAILED"}:  # PySpark does not wait for the other fit
        assert time.monotonic() < end
        time.sleep(0.1)
    assert runs(request.node.name)[0].data.tags["narrows.tuner"] == "TrainValidationSplit"
    narrows.autolog()
    narrows.Autoencoder(**SMALL).fit(clothes)
    # A second fit of the tuner may begin late, and is a child all the same.
    (single,) = (run for run in runs(request.node.name) if run.info.status == "FINISHED")
    assert "mlflow.parentRunId" not in single.data.tags


# --- Values that MLflow does not take, secrets ------------------------------------------------------------------


def test_long_values_are_cut(trousers: DataFrame, request: pytest.FixtureRequest, caplog: Any) -> None:
    narrows.autolog()
    where = "label = 1 AND " * 1000 + "true"
    renamed = trousers.withColumnRenamed("image", "i" * 700)
    estimator = narrows.Autoencoder(**SMALL, imageCol="i" * 700).setImageSource(narrows.ImageSource(["x"], "", where))
    estimator.fit(renamed)
    (run,) = runs(request.node.name)
    assert run.data.params["imageCol"] == "i" * 496 + " ..."
    assert run.data.tags["narrows.where"] == where[:4996] + " ..."
    assert len(epochs(run, "loss")) == 2
    assert sentences(caplog) == []


def test_params_that_the_user_has_logged(trousers: DataFrame, request: pytest.FixtureRequest, caplog: Any) -> None:
    narrows.autolog(log_report=False)
    with mlflow.start_run():
        mlflow.log_params({"model": "trousers", "epochs": 2})
        narrows.Autoencoder(**SMALL).fit(trousers)
    (run,) = runs(request.node.name)
    assert run.data.params["model"] == "trousers"
    assert run.data.params["hidden"] == "16"
    assert len(epochs(run, "loss")) == 2
    (said,) = sentences(caplog)
    assert "keeps its own values of the params model, those of this training" in said


def test_secrets_are_not_logged(trousers: DataFrame, request: pytest.FixtureRequest, caplog: Any) -> None:
    narrows.autolog()
    narrows.Autoencoder(**SMALL).setImageSource(
        narrows.ImageSource(["s3a://me:hunter2@bucket/photos", "abfss://photos@account/new"]),
        narrows.ImageReading({"password": "hunter2"}),
    ).fit(trousers)
    with pytest.raises(narrows.NarrowsError):
        narrows.Autoencoder(**SMALL, initModel="s3a://me:hunter2@bucket/model").fit(trousers)
    trained, failed = runs(request.node.name)
    assert trained.data.tags["narrows.input"] == "s3a://bucket/photos abfss://photos@account/new"
    assert failed.data.params["initModel"] == "s3a://bucket/model"
    for run in (trained, failed):
        assert "hunter2" not in json.dumps(run.to_dictionary())
    page = Path(mlflow.artifacts.download_artifacts(f"runs:/{trained.info.run_id}/report.html")).read_text()
    assert "hunter2" not in page
    mlflow.set_tracking_uri(f"http://me:hunter2@127.0.0.1:{free_port()}")
    narrows.Autoencoder(**SMALL).fit(trousers)
    assert len(sentences(caplog)) == 1
    assert "hunter2" not in caplog.text


# --- Servers that fail ----------------------------------------------------------------------------------------------


def test_a_server_that_is_down(clothes: DataFrame, trousers: DataFrame, caplog: Any, capfd: Any) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    mlflow.set_tracking_uri(address)
    narrows.autolog(log_models=True)
    begun = time.monotonic()
    model = narrows.Autoencoder(**SMALL).fit(trousers)
    assert time.monotonic() - begun < 30
    assert len(history(model, "loss")) == 2
    assert sentences(caplog) == [
        f"Tracking at {address} failed, the model is not affected: [Errno 111] Connection refused",
        "The model is not logged to MLflow, since the server has not answered",
    ]
    assert "Retrying" not in caplog.text
    estimator = narrows.Autoencoder(**SMALL)
    grid = ParamGridBuilder().addGrid(estimator.latentDim, [1, 4]).build()
    evaluator = narrows.AnomalyEvaluator(anomalous="label <> 1")
    narrows.autolog()
    caplog.clear()
    tuner = TrainValidationSplit(estimator=estimator, evaluator=evaluator, estimatorParamMaps=grid, parallelism=2)
    assert tuner.fit(clothes).bestModel.latentDim in (1, 4)
    assert len(sentences(caplog)) == 1


def test_a_server_that_keeps_silent(trousers: DataFrame, caplog: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(_mlflow_run, "_PATIENCE", 2.0)
    narrows.autolog()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        mlflow.set_tracking_uri(f"http://127.0.0.1:{silent.getsockname()[1]}")
        model = narrows.Autoencoder(**SMALL).fit(trousers)
    assert len(history(model, "loss")) == 2
    (said,) = sentences(caplog)
    assert said.endswith("failed, the model is not affected: no answer within 2 s")


class Meanwhile(narrows.TrainingListener):
    """Does something after an epoch."""

    def __init__(self, acts: dict[int, Any]) -> None:
        self._acts = acts

    def epochFinished(self, report: narrows.EpochReport, epochs: int) -> None:
        self._acts.get(report.epoch, lambda: None)()


def arrived(metric_epochs: int) -> None:
    """Waits until the server has the loss of an epoch."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = client().search_runs(["0"])
        if found and len(epochs(found[0], "loss")) >= metric_epochs:
            return
        time.sleep(0.05)
    raise AssertionError("no metrics have arrived")


def test_a_server_that_dies(mortal: Server, trousers: DataFrame, caplog: Any) -> None:
    mlflow.set_tracking_uri(mortal.address)
    mlflow.set_experiment(experiment_id="0")
    narrows.autolog()

    def die() -> None:
        arrived(2)  # metrics arrive while training goes on
        mortal.stop()

    estimator = narrows.Autoencoder(**SMALL | {"epochs": 4}).setListener(Meanwhile({2: die}))
    begun = time.monotonic()
    model = estimator.fit(trousers)
    assert time.monotonic() - begun < 60
    assert len(history(model, "loss")) == 4
    assert len(sentences(caplog)) == 1
    assert f"Tracking at {mortal.address} failed, the model is not affected: " in sentences(caplog)[0]
    mortal.start()
    (run,) = client().search_runs(["0"])
    assert run.info.status == "RUNNING"
    assert list(epochs(run, "loss")) == [1, 2]


def test_what_a_server_missed_it_gets_when_it_is_back(mortal: Server, trousers: DataFrame, caplog: Any) -> None:
    mlflow.set_tracking_uri(mortal.address)
    mlflow.set_experiment(experiment_id="0")
    mortal.stop()
    narrows.autolog()

    def down() -> None:
        end = time.monotonic() + 30
        while not sentences(caplog):
            assert time.monotonic() < end
            time.sleep(0.05)

    estimator = narrows.Autoencoder(**SMALL | {"epochs": 4}).setListener(Meanwhile({1: down, 3: mortal.start}))
    model = estimator.fit(trousers)
    assert len(sentences(caplog)) == 1
    (run,) = client().search_runs(["0"])
    assert run.info.status == "FINISHED"
    assert run.data.params["hidden"] == "16"
    assert epochs(run, "loss") == history(model, "loss")
    assert artifacts(run) == ["report.html"]


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_examples_of_the_page(server: Server, spark: SparkSession) -> None:
    folder = Path(spark.sparkContext._jvm.System.getProperty("user.dir"))  # where Java finds relative paths
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    printed = ""
    for block in blocks:
        assert "http://localhost:5000" in block or block is not blocks[0]
        code = block.replace("http://localhost:5000", server.address)
        if code.startswith("# another process"):
            done = in_another_process(code, cwd=folder)
            assert done.returncode == 0, done.stderr
            printed += done.stdout
        else:
            exec(compile(code, str(PAGE), "exec"), names)
    assert len(blocks) >= 5
    assert "anomalyScore" in printed
    assert isinstance(names["model"], PipelineModel)
