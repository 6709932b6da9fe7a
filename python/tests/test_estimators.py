"""Estimators, models, pipelines, persistence: against what Java does itself."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.clustering import KMeans
from pyspark.ml.tuning import (
    CrossValidator,
    CrossValidatorModel,
    ParamGridBuilder,
    TrainValidationSplit,
    TrainValidationSplitModel,
)
from pyspark.sql import DataFrame, SparkSession, functions

import narrows
from ai.narrows import _java

ESTIMATORS = [narrows.Autoencoder, narrows.VariationalAutoencoder]


@pytest.mark.parametrize("kind", [*ESTIMATORS, narrows.AnomalyEvaluator])
def test_params_are_those_of_java(spark: SparkSession, kind: Any) -> None:
    stage = kind()
    java = stage._java_obj
    names = {param.name(): param.doc() for param in java.params()}
    assert {param.name: param.doc for param in stage.params} == names
    for param in stage.params:
        theirs = java.getDefault(java.getParam(param.name))
        assert stage.hasDefault(param) == theirs.isDefined(), param.name
        if theirs.isDefined():
            value = theirs.get()
            mine = stage.getOrDefault(param)
            assert mine == (list(value) if isinstance(mine, list) else value), param.name
            assert type(mine) in (int, float, bool, str, list)
        getter = getattr(stage, "get" + param.name[0].upper() + param.name[1:])
        if stage.hasDefault(param):
            assert getter() == stage.getOrDefault(param)
            setter = getattr(stage, "set" + param.name[0].upper() + param.name[1:])
            assert setter(getter()) is stage
            assert stage.isSet(param)


def test_models_have_the_params_of_java(model: narrows.AutoencoderModel) -> None:
    java = model._java_obj
    assert {param.name for param in model.params} == {param.name() for param in java.params()}
    for param in model.params:
        assert model.getOrDefault(param) == java.getOrDefault(java.getParam(param.name)), param.name
    assert "threshold: anomaly score above which" in model.explainParams()


def test_keywords_setters_and_maps_are_one(trousers: DataFrame) -> None:
    settings: dict[str, Any] = {"hidden": [16], "latentDim": 2, "epochs": 1, "numWorkers": 2, "seed": 3}
    by_keyword = narrows.Autoencoder(**settings).fit(trousers)
    estimator = narrows.Autoencoder()
    for name, value in settings.items():
        getattr(estimator, "set" + name[0].upper() + name[1:])(value)
    by_setter = estimator.fit(trousers)
    plain = narrows.Autoencoder()
    by_map = plain.fit(trousers, {plain.getParam(name): value for name, value in settings.items()})
    by_params = narrows.Autoencoder().setParams(**settings).fit(trousers)
    for other in (by_setter, by_map, by_params):
        assert np.array_equal(by_keyword.parameters, other.parameters)
    assert not plain.isSet(plain.epochs)
    with pytest.raises(TypeError, match="keyword"):
        narrows.Autoencoder([16])  # type: ignore[misc]


def test_python_and_java_give_the_same_bits(trousers: DataFrame, clothes: DataFrame) -> None:
    mine = narrows.VariationalAutoencoder(hidden=[16], latentDim=2, epochs=2, numWorkers=2, seed=5).fit(trousers)
    java = _java.java_class("ai.narrows.ml.VariationalAutoencoder")()
    for name, value in {"hidden": [16], "latentDim": 2, "epochs": 2, "numWorkers": 2, "seed": 5}.items():
        java.set(java.getParam(name).w(value))
    theirs = java.fit(trousers._jdf)
    assert np.array_equal(np.array(list(theirs.parameters()), np.float32), mine.parameters)
    ours = mine.transform(clothes).select("id", "anomalyScore", "reconstructionError", "prediction", "latent").collect()
    scored = _java.data_frame(theirs.transform(clothes._jdf))
    assert scored.select("id", "anomalyScore", "reconstructionError", "prediction", "latent").collect() == ours


@pytest.mark.parametrize("kind", ["model", "vae"])
def test_models_are_saved_and_loaded_both_ways(
    kind: str, request: pytest.FixtureRequest, clothes: DataFrame, tmp_path: Path
) -> None:
    fitted: Any = request.getfixturevalue(kind)
    fitted.copy().setThreshold(0.02).setLatentCol("embedding").save(str(tmp_path / "python"))
    java = _java.java_class("ai.narrows.ml.FittedAutoencoder").load(str(tmp_path / "python"))
    assert java.getOrDefault(java.getParam("threshold")) == 0.02
    assert java.thresholdOrigin().method() == "given"
    java.write().save(str(tmp_path / "java"))
    for loaded in (type(fitted).load(str(tmp_path / "java")), narrows.FittedAutoencoder.load(str(tmp_path / "java"))):
        assert type(loaded) is type(fitted)
        assert loaded.uid == fitted.uid
        assert loaded.getThreshold() == 0.02
        assert loaded.getThresholdMethod() == "given"
        assert loaded.getLatentCol() == "embedding"
        assert np.array_equal(loaded.parameters, fitted.parameters)
        assert loaded.summary.history.equals(fitted.summary.history)
        one = loaded.transform(clothes).select("anomalyScore").collect()
        assert one == fitted.transform(clothes).select("anomalyScore").collect()


def test_estimators_and_evaluators_are_saved_and_loaded(spark: SparkSession, tmp_path: Path) -> None:
    narrows.Autoencoder(hidden=[9, 7], latentDim=5, flip="both").save(str(tmp_path / "estimator"))
    estimator = narrows.Autoencoder.load(str(tmp_path / "estimator"))
    assert (estimator.getHidden(), estimator.getLatentDim(), estimator.getFlip()) == ([9, 7], 5, "both")
    narrows.AnomalyEvaluator(anomalous="x = 1").save(str(tmp_path / "evaluator"))
    assert narrows.AnomalyEvaluator.load(str(tmp_path / "evaluator")).getAnomalous() == "x = 1"


def test_pipelines_load_in_a_fresh_process(clothes: DataFrame, tmp_path: Path) -> None:
    autoencoder = narrows.Autoencoder(hidden=[16], latentDim=2, epochs=1, numWorkers=2)
    kinds = KMeans(featuresCol="latent", predictionCol="kind", k=3, seed=1)
    fitted = Pipeline(stages=[autoencoder, kinds]).fit(clothes)
    fitted.save(str(tmp_path / "pipeline"))
    Pipeline(stages=[autoencoder, kinds]).save(str(tmp_path / "unfitted"))
    clothes.limit(20).select("id", "image").write.parquet(str(tmp_path / "images"))
    expected = [row.anomalyScore for row in fitted.transform(clothes.limit(20)).orderBy("id").collect()]
    program = """
import sys
from pyspark.ml import Pipeline, PipelineModel
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.jars", sys.argv[2]).getOrCreate()
model = PipelineModel.load(sys.argv[1] + "/pipeline")
print(type(Pipeline.load(sys.argv[1] + "/unfitted").getStages()[0]).__name__)
rows = model.transform(spark.read.parquet(sys.argv[1] + "/images")).orderBy("id").collect()
print(*[row.anomalyScore for row in rows])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), narrows.jar()],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    name, scores = done.stdout.strip().splitlines()[-2:]
    assert name == "Autoencoder"
    assert [float(score) for score in scores.split()] == expected
    assert isinstance(PipelineModel.load(str(tmp_path / "pipeline")).stages[0], narrows.AutoencoderModel)


@pytest.mark.parametrize("kind", [CrossValidator, TrainValidationSplit])
def test_tuning(kind: Any, clothes: DataFrame, tmp_path: Path) -> None:
    autoencoder = narrows.Autoencoder(hidden=[16], epochs=1, numWorkers=2, seed=1)
    tuner = kind(
        estimator=autoencoder,
        evaluator=narrows.AnomalyEvaluator(anomalous="label <> 1"),
        estimatorParamMaps=ParamGridBuilder().addGrid(autoencoder.latentDim, [1, 4]).build(),
        parallelism=2,
        seed=1,
    )
    if kind is CrossValidator:
        tuner.setNumFolds(2)
    best = tuner.fit(clothes)
    assert best.bestModel.latentDim in (1, 4)
    best.save(str(tmp_path / "best"))
    loaded = (CrossValidatorModel if kind is CrossValidator else TrainValidationSplitModel).load(str(tmp_path / "best"))
    assert isinstance(loaded.bestModel, narrows.AutoencoderModel)
    assert isinstance(loaded.getEvaluator(), narrows.AnomalyEvaluator)
    assert np.array_equal(loaded.bestModel.parameters, best.bestModel.parameters)
    scores = [row.anomalyScore for row in best.transform(clothes).collect()]
    assert [row.anomalyScore for row in loaded.transform(clothes).collect()] == scores


def test_copies_do_not_share_params(model: narrows.AutoencoderModel, clothes: DataFrame) -> None:
    copy = model.copy({model.threshold: 0.0})
    assert copy.getThreshold() == 0.0
    assert model.getThreshold() == model.summary.threshold
    assert copy.transform(clothes).where("prediction = 1").count() == clothes.count()
    strict = model.transform(clothes, {model.threshold: 1e9})
    assert strict.where("prediction = 1").count() == 0
    cleared = model.copy().setThreshold(5.0)
    assert cleared.getThresholdMethod() == "given"
    cleared.clear(cleared.threshold)
    assert cleared.getThreshold() == model.getThreshold()


def test_none_is_the_default(model: narrows.AutoencoderModel, clothes: DataFrame) -> None:
    estimator = narrows.Autoencoder(contamination=None, seed=None, hidden=None)  # type: ignore[arg-type]
    assert not estimator.isSet("contamination")
    assert estimator.getHidden() == [128, 64, 12]
    assert estimator.setEpochs(7).setEpochs(None).getEpochs() == 20  # type: ignore[arg-type]
    changed = model.copy().setThreshold(9.0)
    for default in (changed.copy().setThreshold(None), changed.copy({changed.threshold: None})):  # type: ignore[arg-type]
        assert default.getThreshold() == model.getThreshold()
    changed.clear(changed.threshold)
    assert (changed.getThreshold(), changed.getThresholdMethod()) == (model.getThreshold(), "contamination")
    assert changed.thresholdOrigin.method == "contamination"
    assert changed.transform(clothes).select("prediction").collect() == (
        model.transform(clothes).select("prediction").collect()
    )


def test_numpy_numbers_are_numbers(model: narrows.AutoencoderModel) -> None:
    estimator = narrows.Autoencoder(latentDim=np.int32(3), stepSize=np.float32(0.5), hidden=np.array([4, 2]))  # type: ignore[arg-type]
    assert (estimator.getLatentDim(), estimator.getStepSize(), estimator.getHidden()) == (3, 0.5, [4, 2])
    assert model.copy().setThreshold(np.float32(0.25)).getThreshold() == 0.25  # type: ignore[arg-type]


def test_models_print_what_they_are(model: narrows.AutoencoderModel) -> None:
    assert repr(model) == f"AutoencoderModel: uid={model.uid}, {model.architecture}"


def test_the_summary(model: narrows.AutoencoderModel, trousers: DataFrame) -> None:
    summary = model.summary
    assert summary.rows == trousers.count()
    assert summary.workers == 2
    assert summary.history["epoch"].tolist() == [1, 2, 3]
    assert summary.history["loss"].tolist() == summary.objectiveHistory
    assert summary.history["validationLoss"].isna().all()
    assert summary.params["hidden"] == [32]
    assert summary.params["seed"] == 7
    assert summary.provenance.seed == 7
    assert summary.provenance.narrowsVersion == narrows.__version__
    assert summary.provenance.images.paths[0].endswith("t10k-images-idx3-ubyte.gz")
    assert summary.passedOver == {}
    assert summary.historyTable().count() == 3
    assert "3 epochs over" in repr(summary)
    assert "<td>3</td>" in summary._repr_html_()


def test_the_source_can_be_given(trousers: DataFrame) -> None:
    estimator = narrows.Autoencoder(hidden=[8], epochs=1, numWorkers=2)
    estimator.setImageSource(
        narrows.ImageSource(["photos"], "imagefolder", "day > 3"), narrows.ImageReading({"labels": "folder"}, "photo")
    )
    provenance = estimator.fit(trousers).summary.provenance
    assert str(provenance.images) == "photos where day > 3"
    assert provenance.reading.options == {"labels": "folder"}
    assert provenance.reading.imageCol == "photo"


def test_thresholds(model: narrows.AutoencoderModel, clothes: DataFrame, tmp_path: Path) -> None:
    assert model.thresholdOrigin.method == "contamination"
    best = model.bestThreshold(clothes, "label <> 1")
    tuned = model.withMaxF1Threshold(clothes, functions.col("label") != 1)
    assert tuned.getThreshold() == best.threshold
    assert tuned.thresholdOrigin.method == "maxF1"
    assert tuned.thresholdOrigin.images.paths
    metrics = narrows.AnomalyMetrics.of(tuned.transform(clothes), "label <> 1")
    assert math.isclose(metrics.f1, best.f1)
    by_hand = model.withThreshold(best, narrows.ThresholdOrigin("maxF1", narrows.ImageSource(["here"]), "label <> 1"))
    assert str(by_hand.thresholdOrigin.images) == "here"
    assert model.withThreshold(best).getThreshold() == best.threshold
    tuned.save(str(tmp_path / "tuned"))
    assert narrows.AutoencoderModel.load(str(tmp_path / "tuned")).thresholdOrigin == tuned.thresholdOrigin


def test_false_positive_rates(model: narrows.AutoencoderModel, clothes: DataFrame, tmp_path: Path) -> None:
    trousers = clothes.where("label = 1")
    found = model.conformalThreshold(trousers, 0.25)
    scores = sorted(row.anomalyScore for row in model.transform(trousers).select("anomalyScore").collect())
    n = len(scores)
    assert found.threshold == scores[math.ceil((n + 1) * 0.75) - 1]
    assert found.calibration == narrows.Calibration("normal", n, 0.25)
    table = model.transform(trousers)
    assert narrows.AnomalyMetrics.conformalThreshold(table, 0.25) == found
    changed = model.withFalsePositiveRate(trousers, 0.25)
    assert changed.transform(trousers).where("prediction = 1").count() == found.calibration.rank - 1
    assert changed.thresholdOrigin.method == "falsePositiveRate"
    rates = changed.thresholdOrigin.calibration.falsePositiveRate
    assert rates is not None
    assert 0 < rates.low < 0.25 < rates.high < 1
    by_hand = model.withThreshold(found, narrows.ImageSource(["here"]))
    assert by_hand.getThreshold() == changed.getThreshold() == model.withThreshold(found).getThreshold()
    assert by_hand.thresholdOrigin.images.paths == ["here"]
    changed.save(str(tmp_path / "changed"))
    loaded = narrows.AutoencoderModel.load(str(tmp_path / "changed"))
    assert loaded.thresholdOrigin == changed.thresholdOrigin
    assert loaded.summary.calibration == model.summary.calibration
    with pytest.raises(narrows.InputError, match="the false positive rate must be at least 0 and below 1, but is 1"):
        model.conformalThreshold(trousers, 1.5)


def test_calibrations() -> None:
    few = narrows.Calibration("calibration", 20, 0.01)
    assert "needs at least 99 images" in str(few.shortfall("contamination"))
    assert narrows.Calibration("calibration", 99, 0.01).shortfall("contamination") is None
    assert few.unseen
    training = narrows.Calibration("training", 20, 0.1)
    assert training.falsePositiveRate is None
    assert training.rank == 3
    assert str(narrows.Calibration()) == ""
    with pytest.raises(narrows.InputError, match="but is 'any'"):
        narrows.Calibration("any", 1, 0.1).rank  # noqa: B018


def test_decoding(
    model: narrows.AutoencoderModel, vae: narrows.VariationalAutoencoderModel, clothes: DataFrame
) -> None:
    first = clothes.orderBy("index").limit(1)
    rebuilt = narrows.to_numpy(model.reconstruct(first), "reconstruction")[0]
    assert model.reconstruct(first).columns == [*clothes.columns, "reconstruction"]
    latent = model.transform(first).first()["latent"]
    for same in (latent, latent.toArray(), list(latent)):
        decoded = model.decode(same)
        assert decoded.dtype == np.float32
        assert np.abs(decoded * 255 - rebuilt).max() < 0.51
    table = model.transform(first).select("id", "latent")
    assert np.array_equal(narrows.to_numpy(model.decodeLatents(table))[0], rebuilt)
    between = model.interpolate([0.0] * 4, latent, 5)
    assert [row.position for row in between.orderBy("position").collect()] == [0, 0.25, 0.5, 0.75, 1]
    ids = [row.id for row in clothes.orderBy("index").limit(2).collect()]
    assert model.interpolate(*ids, 3, images=clothes).count() == 3
    generated = vae.generate(5, seed=9)
    assert np.array_equal(narrows.to_numpy(generated), narrows.to_numpy(vae.generate(5, seed=9)))
    assert not np.array_equal(narrows.to_numpy(generated), narrows.to_numpy(vae.generate(5, seed=10)))


def test_colors_are_red_green_blue(spark: SparkSession, rng: np.random.Generator) -> None:
    red = np.zeros((40, 4, 4, 3), np.uint8)
    red[..., 0] = rng.integers(150, 256, (40, 4, 4))
    images = narrows.from_numpy(red)
    fitted = narrows.Autoencoder(
        height=4, width=4, channels=3, hidden=[32], latentDim=4, epochs=60, batchSize=8, numWorkers=1, stepSize=0.01
    ).fit(images)
    latent = fitted.transform(images).first()["latent"]
    mean = fitted.decode(latent).mean(axis=(0, 1))
    assert mean[0] > 0.5 > 0.2 > max(mean[1], mean[2])
    rebuilt = narrows.to_numpy(fitted.reconstruct(images), "reconstruction").mean(axis=(0, 1, 2))
    assert rebuilt[0] > 128 > 50 > max(rebuilt[1], rebuilt[2])


def test_error_maps_and_variances(vae: narrows.VariationalAutoencoderModel, clothes: DataFrame) -> None:
    mapped = vae.copy().setErrorMapCol("errorMap").setLatentVarianceCol("variance").transform(clothes)
    maps = narrows.to_numpy(mapped, "errorMap")
    errors = narrows.to_numpy(mapped, "reconstructionError")
    assert maps.shape == (300, 28, 28)
    assert np.allclose((maps / 255.0).__pow__(2).mean(axis=(1, 2)), errors, atol=0.004)
    assert (narrows.to_numpy(mapped, "variance") > 0).all()


def test_regions_and_pixel_metrics(spark: SparkSession, trousers: DataFrame) -> None:
    estimator = narrows.Autoencoder(hidden=[16], latentDim=2, epochs=1, numWorkers=1, validationFraction=0)
    fitted = estimator.setPixelContamination(0.02).fit(trousers)
    assert 0 < fitted.getPixelThreshold() < 1
    outliner = fitted.copy().setErrorMapCol("errorMap").setRegionsCol("regions").setMaskCol("mask")
    outlined = outliner.transform(trousers).cache()
    maps = narrows.to_numpy(outlined, "errorMap")
    masks = narrows.to_numpy(outlined, "mask")
    assert (masks == np.where(maps / 255.0 > fitted.getPixelThreshold(), 255, 0)).all()
    assert 0 < (masks > 0).mean() <= 0.02
    areas = outlined.selectExpr("inline(regions)").agg({"area": "sum"}).first()
    assert areas is not None
    assert areas[0] == (masks > 0).sum()
    metrics = narrows.PixelMetrics.of(outlined.withColumnRenamed("mask", "truth"))
    assert metrics.auroc == metrics.aupro == metrics.bestF1 == 1.0
    assert metrics.predictions is None
    assert metrics.bestF1Threshold >= fitted.getPixelThreshold() - 1e-9
    same = narrows.PixelMetrics.of(outlined.withColumn("truth", outlined["mask"]), maskCol="mask").predictions
    assert same is not None
    assert same.regionRecall == same.regionPrecision == same.f1 == 1.0
    assert same.truePositives == metrics.anomalous == (masks > 0).sum()
    with pytest.raises(narrows.InputError, match="no pixel is defective"):
        narrows.PixelMetrics.of(outlined.withColumn("truth", outlined["errorMap"]).limit(0))


def test_streams(model: narrows.AutoencoderModel, spark: SparkSession, tmp_path: Path) -> None:
    narrows.run("sample-parts", output=tmp_path / "parts", size=32, train=3, test=0)
    fitted = narrows.Autoencoder(height=32, width=32, channels=1, hidden=[8], epochs=1, numWorkers=1).fit(
        spark.read.format("imagefolder").load(str(tmp_path / "parts" / "train"))
    )
    scored = fitted.transform(narrows.image_stream(str(tmp_path / "parts" / "train"))).drop("image")
    query = (
        scored.writeStream.option("checkpointLocation", str(tmp_path / "checkpoint"))
        .trigger(availableNow=True)
        .start(str(tmp_path / "scores"))
    )
    query.awaitTermination()
    assert spark.read.parquet(str(tmp_path / "scores")).where("anomalyScore >= 0").count() == 3


def test_listeners_hear_everything(trousers: DataFrame) -> None:
    heard: list[Any] = []

    class Listener(narrows.TrainingListener):
        def started(self, rows: int, validationRows: int, calibrationRows: int, skippedRows: int, workers: int) -> None:
            heard.append(("started", rows, validationRows, skippedRows, workers))

        def roundStarted(self, epoch: int, epochs: int, round: int, rounds: int) -> None:
            heard.append(("round", epoch))

        def epochFinished(self, report: narrows.EpochReport, epochs: int) -> None:
            heard.append(report)

        def finished(self, bestEpoch: int) -> None:
            heard.append(("finished", bestEpoch))

    estimator = narrows.Autoencoder(hidden=[8], epochs=2, numWorkers=2).setListener(Listener())
    fitted = estimator.fit(trousers)
    assert heard[0] == ("started", trousers.count(), 0, 0, 2)
    assert heard[-1] == ("finished", fitted.summary.bestEpoch)
    losses = [event.loss for event in heard if isinstance(event, narrows.EpochReport)]
    assert losses == fitted.summary.objectiveHistory
    before = len(heard)
    estimator.setListener(None).fit(trousers)
    assert len(heard) == before


def test_evaluation_with_intervals_and_classes(model: narrows.AutoencoderModel, clothes: DataFrame) -> None:
    scores = model.transform(clothes)
    with narrows.RankedScores(scores, "label <> 1", classCol="label") as ranked:
        metrics = ranked.metrics()
        assert metrics.auroc == narrows.AnomalyEvaluator(anomalous="label <> 1").evaluate(scores)
        interval = ranked.bootstrap(200, seed=3).auroc
        assert interval.low < metrics.auroc <= interval.high
        table = ranked.classTable()
        assert table["name"].tolist() == [str(label) for label in (0, 2, 3, 4, 5, 6, 7, 8, 9)]
        assert int(table["rows"].sum()) == metrics.anomalous
        curve = ranked.curve(50)
        assert curve[-1].truePositives == metrics.anomalous
        assert curve[-1].falsePositives == metrics.normal
        assert ranked.bestThreshold().f1 >= metrics.f1
        assert ranked.unscored == 0
    assert "AUROC" in metrics._repr_html_()


def test_reports(model: narrows.AutoencoderModel, clothes: DataFrame, tmp_path: Path) -> None:
    scores = model.transform(clothes).drop("image")
    report = narrows.HtmlReport(model, "trousers & co").withScores(
        scores, labelCol="label", anomalous="label <> 1", images=clothes
    )
    assert report.notice is None
    report.withCommands(["jobs/train --input photos"]).save(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "trousers &amp; co" in page or "trousers \\u0026 co" in page or "trousers & co" in page
    assert "jobs/train --input photos" in page
    assert report._repr_html_().startswith("<iframe")


def test_backbones(clothes: DataFrame, tmp_path: Path) -> None:
    estimator = narrows.Autoencoder(
        backbone="filters", backboneSize=32, patchSize=1, hidden=[8], latentDim=3, epochs=1, numWorkers=1
    )
    model = estimator.fit(clothes)
    assert model.backbone is not None
    assert model.backbone["name"] == "filters"
    assert (model.backbone["size"], model.backbone["grid"], model.backbone["channels"]) == (32, 4, 35)
    assert model.imageShape == narrows.ImageShape(1, 1, 35)
    model.write().save(str(tmp_path / "model"))
    loaded = narrows.AutoencoderModel.load(str(tmp_path / "model"))
    assert loaded.backbone == model.backbone
    with pytest.raises(narrows.InputError, match=r"none\.onnx cannot be read"):
        estimator.setBackbone(str(tmp_path / "none.onnx")).fit(clothes)
