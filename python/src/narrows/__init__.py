"""
Autoencoders for images on Apache Spark.

>>> import narrows
>>> spark = narrows.start()
>>> images = spark.read.format("idx").load(fashion)
>>> model = narrows.Autoencoder(epochs=5, numWorkers=2, seed=1).fit(images.where("label = 1"))
>>> scores = model.transform(images)
>>> narrows.AnomalyEvaluator(anomalous="label <> 1").evaluate(scores) > 0.9
True
"""

try:
    from ai.narrows import __version__
except ModuleNotFoundError as _error:
    if _error.name != "ai.narrows":
        raise
    import ai as _ai

    raise ImportError(
        "another package occupies the name 'ai', in which Spark looks for the classes of Narrows: "
        f"uninstall {_ai.__file__}"
    ) from None

try:
    import pyspark as _pyspark  # noqa: F401
except ModuleNotFoundError as _error:
    if _error.name != "pyspark":
        raise
    raise ImportError("Narrows needs PySpark, which is not installed: pip install 'narrows[spark]'") from None

from ai.narrows._java import java_errors
from ai.narrows._listener import EpochReport, TrainingListener
from ai.narrows.errors import InputError, NarrowsError
from ai.narrows.images import from_folder, from_numpy, from_pil, image_stream, to_numpy, to_pil
from ai.narrows.jobs import pack, run, sample_parts
from ai.narrows.metrics import (
    AnomalyMetrics,
    BestThreshold,
    Bootstrap,
    Calibration,
    ClassMetrics,
    ConformalThreshold,
    CurvePoint,
    Interval,
    PixelMetrics,
    PixelPredictions,
    RankedScores,
)
from ai.narrows.ml import (
    AnomalyEvaluator,
    Autoencoder,
    AutoencoderModel,
    FittedAutoencoder,
    ImageShape,
    VariationalAutoencoder,
    VariationalAutoencoderModel,
)
from ai.narrows.plots import plot_history, plot_latent, plot_roc, show_anomalies
from ai.narrows.report import HtmlReport
from ai.narrows.session import jar, packages, start
from ai.narrows.summary import ImageReading, ImageSource, Provenance, ThresholdOrigin, TrainingSummary
from ai.narrows.tracking import autolog

__all__ = [
    "AnomalyEvaluator",
    "AnomalyMetrics",
    "Autoencoder",
    "AutoencoderModel",
    "BestThreshold",
    "Bootstrap",
    "Calibration",
    "ClassMetrics",
    "ConformalThreshold",
    "CurvePoint",
    "EpochReport",
    "FittedAutoencoder",
    "HtmlReport",
    "ImageReading",
    "ImageShape",
    "ImageSource",
    "InputError",
    "Interval",
    "NarrowsError",
    "PixelMetrics",
    "PixelPredictions",
    "Provenance",
    "RankedScores",
    "ThresholdOrigin",
    "TrainingListener",
    "TrainingSummary",
    "VariationalAutoencoder",
    "VariationalAutoencoderModel",
    "__version__",
    "autolog",
    "from_folder",
    "from_numpy",
    "from_pil",
    "image_stream",
    "jar",
    "java_errors",
    "pack",
    "packages",
    "plot_history",
    "plot_latent",
    "plot_roc",
    "run",
    "sample_parts",
    "show_anomalies",
    "start",
    "to_numpy",
    "to_pil",
]
