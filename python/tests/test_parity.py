"""Every public method of Java has its counterpart in Python, or a reason; docs/python-parity.md is the table."""

from __future__ import annotations

import os
from typing import Any

import pytest
from pyspark.sql import SparkSession

import narrows

from .conftest import ROOT

PAGE = ROOT / "docs" / "python-parity.md"
WRITE = "NARROWS_WRITE_PARITY"

# Java's public classes and what stands for them in Python.
CLASSES: dict[str, Any] = {
    "ml.Autoencoder": narrows.Autoencoder,
    "ml.VariationalAutoencoder": narrows.VariationalAutoencoder,
    "ml.AutoencoderModel": narrows.AutoencoderModel,
    "ml.VariationalAutoencoderModel": narrows.VariationalAutoencoderModel,
    "ml.AnomalyEvaluator": narrows.AnomalyEvaluator,
    "ml.metrics.AnomalyMetrics": narrows.AnomalyMetrics,
    "ml.metrics.BestThreshold": narrows.BestThreshold,
    "ml.metrics.Bootstrap": narrows.Bootstrap,
    "ml.metrics.Bootstrap$Interval": narrows.Interval,
    "ml.metrics.Calibration": narrows.Calibration,
    "ml.metrics.ConformalThreshold": narrows.ConformalThreshold,
    "ml.metrics.ClassMetrics": narrows.ClassMetrics,
    "ml.metrics.CurvePoint": narrows.CurvePoint,
    "ml.metrics.PixelMetrics": narrows.PixelMetrics,
    "ml.metrics.PixelPredictions": narrows.PixelPredictions,
    "ml.metrics.RankedScores": narrows.RankedScores,
    "ml.summary.ImageReading": narrows.ImageReading,
    "ml.summary.ImageSource": narrows.ImageSource,
    "ml.summary.Provenance": narrows.Provenance,
    "ml.summary.ThresholdOrigin": narrows.ThresholdOrigin,
    "ml.summary.TrainingSummary": narrows.TrainingSummary,
    "report.HtmlReport": narrows.HtmlReport,
    "train.EpochReport": narrows.EpochReport,
    "train.TrainingListener": narrows.TrainingListener,
    "images.ImageShape": narrows.ImageShape,
    "images.source.ImageStream": narrows,
    "jobs.Jobs": narrows,
}

# Under another name in Python.
NAMES = {
    "AnomalyMetrics.bestThreshold": "narrows.RankedScores.bestThreshold",
    "RankedScores.of": "narrows.RankedScores",
    "ImageStream.of": "narrows.image_stream",
    "Jobs.run": "narrows.run",
    "Provenance.toString": "print",
    "toString": "repr",
    "of": "",
}

NO_PARAM_SET = "internal: definitions of the params"
SCHEMA = "PySpark's stages do not check schemas ahead; fit and transform do"
RULES = "internal: a param as an object of another type"
INTERNAL = (
    "augmentation averaging checkpoints clipping convolutions expectedShape inputCorruption learningRate "
    "learningRateScaling loadBackbone objective patches preprocessing standardizes updater"
)
REASONS = {
    "paramSet": NO_PARAM_SET,
    "transformSchema": SCHEMA,
    "invalidImages": RULES,
    "inputRange": RULES,
    "pixelColumn": RULES,
    "checkImageColumn": "internal: part of fit",
    "anomalyScore": RULES,
    **{f"{kind}.{name}": RULES for kind in ("Autoencoder", "VariationalAutoencoder") for name in INTERNAL.split()},
    "ImageSource.of": "fit calls it",
    "Provenance.here": "fit calls it",
    "ThresholdOrigin.contamination": "fit calls it",
    "ThresholdOrigin.falsePositiveRate": "withFalsePositiveRate calls it; the constructor does the same",
    "ThresholdOrigin.maxF1": "withMaxF1Threshold calls it; the constructor does the same",
    "ThresholdOrigin.unknown": "the constructor does the same",
    "ImageStream.check": "internal: image_stream calls it",
    "Bootstrap.check": "internal: bootstrap calls it",
    "ImageShape.ofPicture": "internal: checks the shapes that files give",
    "ImageShape.ofVector": "vectors have a shape of one row",
    "ImageShape.isVector": "vectors have a shape of one row",
    "TrainingListener.planned": "internal types",
    "TrainingListener.roundFinished": "called some 100 times a second, each a call from Java to Python",
    "TrainingListener.and": "call two listeners from one",
}
OBJECT = {"equals", "hashCode", "toString"}


def java_methods(spark: SparkSession, name: str) -> list[str]:
    jvm: Any = spark.sparkContext._jvm
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    methods = set()
    for method in loader.loadClass("ai.narrows." + name).getMethods():
        modifiers = method.getModifiers()
        if method.getDeclaringClass().getName().startswith("ai.narrows.") and not modifiers & 0x1000:
            methods.add(method.getName())
    return sorted(methods - OBJECT)


def counterpart(java: str, method: str, python: Any) -> str | None:
    """What a method is in Python; None if there is nothing."""
    short = java.rpartition(".")[2].rpartition("$")[2]
    name = NAMES.get(f"{short}.{method}")
    if name or method == "uid":
        return f"`{name or method}`"
    fields = getattr(python, "__dataclass_fields__", {})
    if python is not narrows and (hasattr(python, method) or method in fields):
        return f"`{method}`"
    return None


def table(spark: SparkSession) -> tuple[str, list[str]]:
    """The page, and the methods that have neither a counterpart nor a reason."""
    lines = [
        "# Java and Python, method by method",
        "",
        "This page is written by `python/tests/test_parity.py`, which fails if a public method of Java has neither a",
        f"counterpart in Python nor a reason. Write it anew with `{WRITE}=1 pytest tests/test_parity.py` in `python/`.",
        "",
        "Getters, setters and the params themselves are counted, not listed: they have the same names on both sides.",
        "",
        "| Java | Python | |",
        "|---|---|---|",
    ]
    missing = []
    for java, python in CLASSES.items():
        short = java.rpartition(".")[2].rpartition("$")[2]
        params = {param.name for param in python().params} if java.startswith("ml.") and java.count(".") == 1 else set()
        accessors = params | {f"{verb}{name[0].upper()}{name[1:]}" for name in params for verb in ("get", "set")}
        methods = java_methods(spark, java)
        if params:
            present = [name for name in methods if name in accessors]
            missing += [f"{short}.{name}" for name in present if not hasattr(python, name)]
            lines.append(f"| `{short}`: {len(params)} params | the same | {len(present)} getters, setters, params |")
        for method in methods:
            if method in accessors:
                continue
            found = counterpart(java, method, python)
            reason = REASONS.get(f"{short}.{method}") or REASONS.get(method)
            if not found and not reason:
                missing.append(f"{short}.{method}")
            lines.append(f"| `{short}.{method}` | {found or ''} | {'' if found else reason} |")
    return "\n".join(lines) + "\n", missing


def test_nothing_is_missing_without_a_reason(spark: SparkSession) -> None:
    page, missing = table(spark)
    assert not missing, "no counterpart in Python: " + " ".join(missing)
    if os.environ.get(WRITE):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


@pytest.mark.parametrize("name", ["ml.AutoencoderModel", "ml.metrics.RankedScores"])
def test_the_methods_of_java_are_seen(spark: SparkSession, name: str) -> None:
    assert {"ml.AutoencoderModel": "decode", "ml.metrics.RankedScores": "bootstrap"}[name] in java_methods(spark, name)
