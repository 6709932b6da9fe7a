"""Estimators, models and the evaluator, under the names of their Java classes."""

from __future__ import annotations

import operator
import os
from abc import ABCMeta
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import numpy as np
from pyspark.ml.evaluation import JavaEvaluator
from pyspark.ml.linalg import Vector, Vectors
from pyspark.ml.param import Param
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel
from pyspark.sql import Column, DataFrame

from ai.narrows import _java, plots
from ai.narrows._listener import TrainingListener, raise_of, to_java
from ai.narrows._params import (
    AnomalyEvaluatorParams,
    AutoencoderParams,
    ScoringParams,
    ThresholdParams,
    VariationalAutoencoderParams,
)
from ai.narrows.errors import InputError, NarrowsError
from ai.narrows.metrics import BestThreshold, ConformalThreshold
from ai.narrows.summary import ImageReading, ImageSource, ThresholdOrigin, TrainingSummary

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from py4j.java_gateway import JavaObject

M = TypeVar("M", bound="FittedAutoencoder")
E = TypeVar("E", bound="_AutoencoderEstimator[Any]")
R = TypeVar("R", bound=JavaMLReadable[Any])

# What stands around every fit: it is given the estimator and what fits it. None for nothing.
_around_fit: Callable[[Any, Callable[[], Any]], Any] | None = None


@dataclass(frozen=True)
class ImageShape:
    """
    Shape of an image.

    Attributes
    ----------
    height, width : int
        Pixels.
    channels : int
        1 for grayscale, 3 for color.

    """

    height: int
    width: int
    channels: int

    @property
    def size(self) -> int:
        """Number of values."""
        return self.height * self.width * self.channels


def _path(path: Any) -> str:
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"path should be a string, got type {type(path).__name__}")
    return str(os.fspath(path))


class _Reader(JavaMLReader[R]):
    """Loads with errors as one sentence."""

    def __init__(self, clazz: type[R]) -> None:
        _java.java_class("ai.narrows.compat.Build")
        super().__init__(clazz)

    def load(self, path: str | os.PathLike[str]) -> R:
        with _java.java_errors():
            return super().load(_path(path))


class _Saved(JavaMLWritable):
    """Saving with errors as one sentence."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Saves this at a path, which must not exist; shortcut of ``write().save(path)``."""
        path = _path(path)
        _java.context()
        try:
            with _java.java_errors():
                self.write().save(path)
        except NarrowsError as error:
            if "already exists" not in str(error):
                raise
            raise InputError(
                f"{path} exists already: choose another path, or use write().overwrite().save(path)", error.java_stack
            ) from None


class _AutoencoderEstimator(JavaEstimator[M], _Saved, JavaMLReadable[Any], Generic[M], metaclass=ABCMeta):
    """What both estimators share."""

    _java_obj: Any
    _listener: Any = None  # what setListener has given to Java

    @overload
    def fit(self, dataset: DataFrame, params: Mapping[Param[Any], Any] | None = None) -> M: ...

    @overload
    def fit(self, dataset: DataFrame, params: Sequence[Mapping[Param[Any], Any]]) -> list[M]: ...

    def fit(self, dataset: DataFrame, params: Any = None) -> Any:
        """
        Trains a model, or several.

        Parameters
        ----------
        dataset : DataFrame
            Images in the column ``imageCol``.
        params : dict or list of dict, optional
            Values of params for this call. With a list, one model is trained for each.

        Raises
        ------
        InputError
            If an image, column or param cannot be used.
        NarrowsError
            If training fails or diverges.

        """
        return super().fit(_java.frame(dataset), params)

    def _fit(self, dataset: DataFrame) -> M:
        def train() -> M:
            try:
                with _java.java_errors():
                    model = self._create_model(self._fit_java(_java.frame(dataset)))
            except NarrowsError as error:
                raise_of(self._listener, error)
                raise
            model._resetUid(self.uid)
            return model

        if _around_fit is None:
            return train()
        model: M = _around_fit(self, train)
        return model

    def setListener(self: E, listener: TrainingListener | None) -> E:
        """
        Sets who hears how training proceeds. It is neither copied into models nor saved.

        Parameters
        ----------
        listener : TrainingListener or None
            Called on the driver. None removes it.

        """
        self._listener = to_java(listener)
        self._java_obj.setListener(self._listener)
        return self

    def setImageSource(self: E, images: ImageSource, reading: ImageReading | None = None) -> E:
        """
        Sets where the images come from, for the provenance of models; by default the DataFrame says it.

        Parameters
        ----------
        images : ImageSource
            Where the images come from.
        reading : ImageReading, optional
            How they were read.

        """
        if reading is None:
            self._java_obj.setImageSource(images._to_java())
        else:
            self._java_obj.setImageSource(images._to_java(), reading._to_java())
        return self

    @classmethod
    def read(cls: type[R]) -> _Reader[R]:
        """A reader of saved estimators."""
        return _Reader(cls)


class FittedAutoencoder(
    _java.Stage, JavaModel, ScoringParams, ThresholdParams, _Saved, JavaMLReadable[Any], metaclass=ABCMeta
):
    """What both models share: scoring, embedding and decoding. :py:meth:`load` takes models of either kind."""

    _java_obj: Any

    def __init__(self, java_model: JavaObject | None = None) -> None:
        super().__init__(java_model)
        if java_model is not None:
            self._transfer_params_from_java()

    def transform(self, dataset: DataFrame, params: Any = None) -> DataFrame:
        """
        Appends the output columns that have a name. Lazy, also for streaming DataFrames.

        Parameters
        ----------
        dataset : DataFrame
            Images in the column ``imageCol``.
        params : dict, optional
            Values of params for this call.

        Returns
        -------
        DataFrame
            The input's columns, then reconstructionError, anomalyScore, prediction (double), latent, latentVariance
            (vectors), reconstruction and errorMap (image structs), regions (array of structs) and mask (image struct).

        """
        with _java.java_errors():
            return super().transform(_java.frame(dataset), params)

    def setThreshold(self: M, value: float) -> M:
        """Sets :py:attr:`threshold`; :py:attr:`thresholdMethod` becomes ``given``."""
        return self._set(threshold=value, thresholdMethod=None if value is None else "given")

    def clear(self, param: Param[Any]) -> None:
        """Clears a param, which has its default then; with the threshold also how it was found."""
        super().clear(param)
        if param.name == "threshold":
            super().clear(self.thresholdMethod)

    def __repr__(self) -> str:
        return f"{type(self).__name__}: uid={self.uid}, {self.architecture}"

    def getThresholdMethod(self) -> str:
        """Value of :py:attr:`thresholdMethod`."""
        if self.isSet(self.threshold) and not self.isSet(self.thresholdMethod):
            return "given"
        return self.getOrDefault(self.thresholdMethod)

    @property
    def imageShape(self) -> ImageShape:
        """Shape of what enters the network: images after preprocessing, or their patches."""
        java = self._java_obj.imageShape()
        return ImageShape(java.height(), java.width(), java.channels())

    @property
    def preprocessing(self) -> ImageShape:
        """Height, width and channels that images are converted to; 0 if left as they are."""
        java = self._java_obj.preprocessing()
        return ImageShape(java.height(), java.width(), java.channels())

    @property
    def patches(self) -> tuple[int, int]:
        """Side and stride of the patches that images are cut into, in pixels; (0, 0) for whole images."""
        java = self._java_obj.patches()
        return java.size(), java.stride()

    @property
    def backbone(self) -> dict[str, Any] | None:
        """
        The backbone whose features the model works on; None for pixels.

        Its ``name`` and ``sha256``, the ``outputs`` that are used, the side of its images (``size``, pixels) and of
        the ``grid`` of features (positions), and the number of ``channels``.
        """
        java = self._java_obj.backbone()
        if not java.any():
            return None
        return {
            "name": java.name(),
            "sha256": java.sha256(),
            "outputs": list(java.outputs()),
            "size": java.size(),
            "grid": java.grid(),
            "channels": java.channels(),
        }

    @property
    def architecture(self) -> str:
        """The network in one line."""
        return str(self._java_obj.architecture().toString())

    @property
    def latentDim(self) -> int:
        """Number of dimensions of the latent space."""
        return int(self._java_obj.latentDim())

    @property
    def hasSummary(self) -> bool:
        """True: every model has its summary, also a loaded one."""
        return True

    @property
    def summary(self) -> TrainingSummary:
        """How the model was trained."""
        return TrainingSummary(self._java_obj.summary())

    @property
    def thresholdOrigin(self) -> ThresholdOrigin:
        """How the threshold was found."""
        self._transfer_params_to_java()
        return ThresholdOrigin._of(self._java_obj.thresholdOrigin())

    @property
    def parameters(self) -> np.ndarray:
        """Weights and biases of the network as one array of float32 [parameters]."""
        return np.asarray(_java.to_python(self._java_obj.parameters()), dtype=np.float32)

    def checkScoring(self) -> None:
        """
        Checks that the model can score by its params.

        Raises
        ------
        InputError
            If not. :py:meth:`transform` checks the same.

        """
        self._transfer_params_to_java()
        with _java.java_errors():
            self._java_obj.checkScoring()

    def bestThreshold(self, labeled: DataFrame, anomalous: Column | str) -> BestThreshold:
        """
        Threshold with the best F1 on labeled images. Runs a job.

        Parameters
        ----------
        labeled : DataFrame
            Images that the model was not trained on.
        anomalous : Column or str
            Condition that holds for the anomalous ones; SQL if a string.

        """
        self._transfer_params_to_java()
        with _java.java_errors():
            return BestThreshold._of(self._java_obj.bestThreshold(_java.frame(labeled)._jdf, _java.column(anomalous)))

    def withMaxF1Threshold(self: M, labeled: DataFrame, anomalous: Column | str) -> M:
        """A copy with the threshold that :py:meth:`bestThreshold` finds; takes the same arguments."""
        self._transfer_params_to_java()
        with _java.java_errors():
            return self._of(self._java_obj.withMaxF1Threshold(_java.frame(labeled)._jdf, _java.column(anomalous)))

    def conformalThreshold(self, normal: DataFrame, rate: float) -> ConformalThreshold:
        """
        Threshold that a false positive rate puts among the scores of normal images. Runs a job.

        Parameters
        ----------
        normal : DataFrame
            Normal images that the model was not trained on.
        rate : float
            Fraction of the normal images to come that may lie above the threshold, in [0, 1).

        """
        self._transfer_params_to_java()
        with _java.java_errors():
            return ConformalThreshold._of(self._java_obj.conformalThreshold(_java.frame(normal)._jdf, float(rate)))

    def withFalsePositiveRate(self: M, normal: DataFrame, rate: float) -> M:
        """A copy with the threshold that :py:meth:`conformalThreshold` finds; takes the same arguments."""
        self._transfer_params_to_java()
        with _java.java_errors():
            return self._of(self._java_obj.withFalsePositiveRate(_java.frame(normal)._jdf, float(rate)))

    def withThreshold(
        self: M,
        best: BestThreshold | ConformalThreshold,
        origin: ThresholdOrigin | ImageSource | None = None,
    ) -> M:
        """
        A copy with a threshold that :py:meth:`bestThreshold` or :py:meth:`conformalThreshold` has found.

        Parameters
        ----------
        best : BestThreshold or ConformalThreshold
            The threshold.
        origin : ThresholdOrigin or ImageSource, optional
            On which images it was found, for the model to remember: an ImageSource for a ConformalThreshold.

        """
        self._transfer_params_to_java()
        with _java.java_errors():
            if isinstance(best, ConformalThreshold):
                images = (origin or ImageSource())._to_java()
                return self._of(self._java_obj.withThreshold(best._to_java(), images))
            if origin is None:
                return self._of(self._java_obj.withThreshold(best._to_java()))
            return self._of(self._java_obj.withThreshold(best._to_java(), origin._to_java()))

    def reconstruct(self, dataset: DataFrame) -> DataFrame:
        """
        Reconstructions of images: the input's columns and ``reconstructionCol``, called ``reconstruction`` if it
        has no name. Lazy.
        """
        encoder: Any = self.copy()
        for name in (
            *("reconstructionError", "anomalyScore", "prediction", "latent", "latentVariance"),
            *("errorMap", "regions", "mask"),
        ):
            encoder._set(**{name + "Col": ""})
        if not encoder.getReconstructionCol():
            encoder.setReconstructionCol("reconstruction")
        result: DataFrame = encoder.transform(dataset)
        return result

    def decode(self, latent: Vector | Sequence[float] | np.ndarray) -> np.ndarray:
        """
        Decodes one latent on the driver.

        Parameters
        ----------
        latent : Vector, sequence or array
            ``latentDim`` numbers.

        Returns
        -------
        ndarray
            float32 [height, width] or, in the order red, green, blue, [height, width, 3], in [0, 1].

        """
        with _java.java_errors():
            pixels = self._java_obj.decode(_vector(latent))
        shape = self.imageShape
        image = np.asarray(_java.to_python(pixels), dtype=np.float32).reshape(shape.height, shape.width, shape.channels)
        return image[:, :, 0] if shape.channels == 1 else np.ascontiguousarray(image[:, :, ::-1])

    def decodeLatents(self, latents: DataFrame) -> DataFrame:
        """
        Appends the images that the decoder makes of the column ``latentCol`` (vectors or arrays) as column
        ``imageCol``. Lazy.
        """
        self._transfer_params_to_java()
        with _java.java_errors():
            return _java.data_frame(self._java_obj.decodeLatents(_java.frame(latents)._jdf))

    def interpolate(self, start: Any, end: Any, steps: int = 10, *, images: DataFrame | None = None) -> DataFrame:
        """
        Images on the straight line between two latents or two images, both ends included.

        Parameters
        ----------
        start, end : Vector, sequence, array or str
            Two latents, or with ``images`` the ids of two images.
        steps : int, default 10
            Number of images (>= 2).
        images : DataFrame, optional
            Where to find the two images; a job encodes them.

        Returns
        -------
        DataFrame
            ``id`` (from 0), ``position`` (from 0 to 1), ``latentCol`` and ``imageCol``.

        """
        self._transfer_params_to_java()
        steps = _java.whole("steps", steps)
        with _java.java_errors():
            if images is not None:
                java = self._java_obj.interpolate(_java.frame(images)._jdf, str(start), str(end), steps)
            else:
                java = self._java_obj.interpolate(_vector(start), _vector(end), steps)
        return _java.data_frame(java)

    def toOnnx(
        self,
        *,
        part: str = "model",
        imageSize: tuple[int, int] | None = None,
        imageChannels: int | None = None,
        channelOrder: str = "bgr",
        floatInput: bool = False,
        withReconstruction: bool = False,
        withErrorMap: bool = False,
        withLatentVariance: bool = False,
    ) -> bytes:
        """
        The model as an ONNX file, which ONNX Runtime runs without Spark. Preprocessing, score method and threshold are
        in it. Its input is ``image`` [batch, height, width, channels], its outputs are ``anomalyScore``, ``prediction``
        (where ``predictionCol`` has a name), ``reconstructionError`` and ``latent``.

        Parameters
        ----------
        part : {"model", "encoder", "decoder"}
            What of the model: the encoder gives latents of images, the decoder images of latents.
        imageSize : (int, int), optional
            Height and width of the images, which the file resizes or cuts as the model does; by default the size that
            the network takes.
        imageChannels : int, optional
            1 (grayscale), 3 (color) or 4 (color and alpha); by default what the network takes.
        channelOrder : {"bgr", "rgb"}
            Order of the channels of color images.
        floatInput : bool
            Whether images are float32 in [0, 1], or from ``inputMin`` to ``inputMax``, in place of uint8.
        withReconstruction, withErrorMap, withLatentVariance : bool
            Whether the file also has these outputs.

        Returns
        -------
        bytes
            The file.

        Raises
        ------
        InputError
            If the model, or what is asked for, cannot be exported.

        """
        self._transfer_params_to_java()
        with _java.java_errors():
            options = (
                _java.java_class("ai.narrows.ml.onnx.OnnxOptions")
                .DEFAULT.withPart(part)
                .withChannelOrder(channelOrder)
                .withFloatInput(floatInput)
                .withReconstruction(withReconstruction)
                .withErrorMap(withErrorMap)
                .withLatentVariance(withLatentVariance)
            )
            if imageSize is not None:
                height, width = imageSize
                options = options.withImageSize(_java.whole("imageSize", height), _java.whole("imageSize", width))
            if imageChannels is not None:
                options = options.withImageChannels(_java.whole("imageChannels", imageChannels))
            return bytes(self._java_obj.toOnnx(options))

    def plot_history(self, ax: Axes | None = None) -> Axes:
        """Plots the loss of each epoch; see :py:func:`narrows.plot_history`."""
        return plots.plot_history(self.summary, ax=ax)

    @classmethod
    def _of(cls: type[M], java: JavaObject) -> M:
        return cls(java)

    @classmethod
    def read(cls: type[R]) -> _Reader[R]:
        """A reader of saved models."""
        return _Reader(cls)

    @classmethod
    def load(cls: type[R], path: str | os.PathLike[str]) -> R:
        """
        Loads a saved model.

        Raises
        ------
        InputError
            If there is none at the path, or it is damaged, of another kind or of a newer format.

        """
        if cls is not FittedAutoencoder:
            return _Reader(cls).load(path)
        with _java.java_errors():
            java = _java.java_class("ai.narrows.ml.FittedAutoencoder").load(_path(path))
        kinds: dict[str, Any] = {"AutoencoderModel": AutoencoderModel}
        kinds["VariationalAutoencoderModel"] = VariationalAutoencoderModel
        return kinds[java.getClass().getSimpleName()](java)  # type: ignore[no-any-return]


def _vector(latent: Any) -> Any:
    """A Java vector of a latent."""
    from pyspark.ml.common import _py2java

    if isinstance(latent, (str, bytes)) or latent is None:
        raise TypeError(f"a latent is a vector of numbers, but got {latent!r}")
    if not isinstance(latent, Vector):
        values = np.asarray(latent, dtype=np.float64)
        if values.ndim != 1:
            raise InputError(f"a latent is a vector of numbers, but got an array of shape {values.shape}")
        if not np.isfinite(values).all():
            raise InputError(f"value {int(np.argmin(np.isfinite(values)))} of the latent is not finite")
        latent = Vectors.dense(values)
    return _py2java(_java.context(), latent)


class AutoencoderModel(FittedAutoencoder):
    """
    A fitted :py:class:`Autoencoder`.

    Examples
    --------
    >>> import narrows
    >>> images = spark.read.format("idx").load(fashion).where("label = 1").limit(100)
    >>> model = narrows.Autoencoder(epochs=1, numWorkers=2, seed=1).fit(images)
    >>> model.save(folder + "/model")
    >>> loaded = narrows.AutoencoderModel.load(folder + "/model").setThreshold(0.05)
    >>> loaded.transform(images).select("id", "anomalyScore", "prediction").columns
    ['id', 'anomalyScore', 'prediction']
    >>> loaded.decode([0.5, 0.5, 0.5]).shape
    (28, 28)

    """


class VariationalAutoencoderModel(FittedAutoencoder):
    """
    A fitted :py:class:`VariationalAutoencoder`. It also generates images.

    Examples
    --------
    >>> import narrows
    >>> images = spark.read.format("idx").load(fashion).limit(100)
    >>> vae = narrows.VariationalAutoencoder(hidden=[32], latentDim=2, epochs=1, numWorkers=2).fit(images)
    >>> narrows.to_numpy(vae.generate(4, seed=1), "image").shape
    (4, 28, 28)

    """

    def generate(self, n: int, seed: int = 1) -> DataFrame:
        """
        Generates images: decodes latents drawn from the prior. Lazy.

        Parameters
        ----------
        n : int
            Number of images (>= 1).
        seed : int, default 1
            The same seed gives the same images.

        Returns
        -------
        DataFrame
            ``id`` (from 0), ``latentCol`` and ``imageCol``.

        """
        self._transfer_params_to_java()
        with _java.java_errors():
            return _java.data_frame(self._java_obj.generate(_java.whole("n", n), operator.index(seed)))


class Autoencoder(AutoencoderParams, _AutoencoderEstimator[AutoencoderModel]):
    """
    Estimator of an autoencoder, by default the dense network 784-128-64-12-3 for images of 28 x 28.

    Training is data-parallel synchronous SGD with parameter averaging; ``explainParams()`` lists the params.

    Examples
    --------
    >>> import narrows
    >>> images = spark.read.format("idx").load(fashion).where("label = 1").limit(200)
    >>> autoencoder = narrows.Autoencoder(hidden=[64], latentDim=8, epochs=2, numWorkers=2, seed=1)
    >>> model = autoencoder.setContamination(0.05).fit(images)
    >>> model.transform(images).where("prediction = 1").count()
    7
    >>> model.getThreshold() == model.summary.threshold
    True

    """

    def _create_model(self, java_model: JavaObject) -> AutoencoderModel:
        return AutoencoderModel(java_model)


class VariationalAutoencoder(VariationalAutoencoderParams, _AutoencoderEstimator[VariationalAutoencoderModel]):
    """
    Estimator of a variational autoencoder (Kingma and Welling 2014), by default 784-400-20 for images of 28 x 28.

    Examples
    --------
    >>> import narrows
    >>> images = spark.read.format("idx").load(fashion).limit(100)
    >>> vae = narrows.VariationalAutoencoder(hidden=[32], latentDim=2, beta=0.5, epochs=1, numWorkers=2)
    >>> vae.getLoss()
    'bce'
    >>> vae.fit(images).latentDim
    2

    """

    def _create_model(self, java_model: JavaObject) -> VariationalAutoencoderModel:
        return VariationalAutoencoderModel(java_model)


class AnomalyEvaluator(AnomalyEvaluatorParams, JavaEvaluator, _Saved, JavaMLReadable["AnomalyEvaluator"]):
    """
    Evaluator of scored rows for ``CrossValidator`` and ``TrainValidationSplit``.

    ``metricName`` is auroc, averagePrecision, f1 or, without labels, reconstructionError.

    Examples
    --------
    >>> import narrows
    >>> scores = spark.createDataFrame([(0.1, 0), (0.2, 0), (0.3, 1)], "anomalyScore double, label int")
    >>> narrows.AnomalyEvaluator(anomalous="label = 1").evaluate(scores)
    1.0

    """

    def evaluate(self, dataset: DataFrame, params: Any = None) -> float:
        """
        The metric of scored rows. Rows without a score are left out.

        Parameters
        ----------
        dataset : DataFrame
            Output of ``transform``.
        params : dict, optional
            Values of params for this call.

        """
        with _java.java_errors():
            return float(super().evaluate(_java.frame(dataset), params))

    @classmethod
    def read(cls) -> _Reader[AnomalyEvaluator]:
        """A reader of saved evaluators."""
        return _Reader(cls)


__all__ = [
    "AnomalyEvaluator",
    "Autoencoder",
    "AutoencoderModel",
    "FittedAutoencoder",
    "ImageShape",
    "VariationalAutoencoder",
    "VariationalAutoencoderModel",
]
