# Generated from the params in Java. Do not edit it; after a change of a param write it anew:
# mvn -Dtest=PythonParamsTest -Dnarrows.writePython=true test
"""Params of estimators, models and the evaluator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters

from ai.narrows._java import Constructed

P = TypeVar("P", bound=Params)


class ScoringParams(Params):
    """Params that estimators and models share."""

    imageCol: Param[str] = Param(
        Params._dummy(),
        "imageCol",
        "input column of images: image struct, binary, struct with a field bytes, vector or array; colors of vectors and arrays are blue, green, red",
        typeConverter=TypeConverters.toString,
    )

    def getImageCol(self) -> str:
        """Value of :py:attr:`imageCol`."""
        return self.getOrDefault(self.imageCol)

    def setImageCol(self: P, value: str) -> P:
        """Sets :py:attr:`imageCol`."""
        return self._set(imageCol=value)

    inputEncoding: Param[str] = Param(
        Params._dummy(),
        "inputEncoding",
        "content of a binary image column: encoded (image files) or raw (uint8 pixels, blue, green, red)",
        typeConverter=TypeConverters.toString,
    )

    def getInputEncoding(self) -> str:
        """Value of :py:attr:`inputEncoding`."""
        return self.getOrDefault(self.inputEncoding)

    def setInputEncoding(self: P, value: str) -> P:
        """Sets :py:attr:`inputEncoding`."""
        return self._set(inputEncoding=value)

    inputMin: Param[float] = Param(
        Params._dummy(),
        "inputMin",
        "smallest possible value in an image column of vectors or arrays, which becomes 0",
        typeConverter=TypeConverters.toFloat,
    )

    def getInputMin(self) -> float:
        """Value of :py:attr:`inputMin`."""
        return self.getOrDefault(self.inputMin)

    def setInputMin(self: P, value: float) -> P:
        """Sets :py:attr:`inputMin`."""
        return self._set(inputMin=value)

    inputMax: Param[float] = Param(
        Params._dummy(),
        "inputMax",
        "largest possible value in an image column of vectors or arrays, which becomes 1; above inputMin; if neither is set, integers are uint8 from 0 to 255",
        typeConverter=TypeConverters.toFloat,
    )

    def getInputMax(self) -> float:
        """Value of :py:attr:`inputMax`."""
        return self.getOrDefault(self.inputMax)

    def setInputMax(self: P, value: float) -> P:
        """Sets :py:attr:`inputMax`."""
        return self._set(inputMax=value)

    idCol: Param[str] = Param(
        Params._dummy(),
        "idCol",
        "input column of row ids, for error messages and to break ties between equal images; optional",
        typeConverter=TypeConverters.toString,
    )

    def getIdCol(self) -> str:
        """Value of :py:attr:`idCol`."""
        return self.getOrDefault(self.idCol)

    def setIdCol(self: P, value: str) -> P:
        """Sets :py:attr:`idCol`."""
        return self._set(idCol=value)

    handleInvalid: Param[str] = Param(
        Params._dummy(),
        "handleInvalid",
        "handling of images that cannot be read: error, skip (drop the row) or keep (null outputs)",
        typeConverter=TypeConverters.toString,
    )

    def getHandleInvalid(self) -> str:
        """Value of :py:attr:`handleInvalid`."""
        return self.getOrDefault(self.handleInvalid)

    def setHandleInvalid(self: P, value: str) -> P:
        """Sets :py:attr:`handleInvalid`."""
        return self._set(handleInvalid=value)

    scoreMethod: Param[str] = Param(
        Params._dummy(),
        "scoreMethod",
        "anomaly score: reconstructionError, normalizedError, maximumError, elbo, reconstructionProbability, latentDistance, reencodingDistance or combined",
        typeConverter=TypeConverters.toString,
    )

    def getScoreMethod(self) -> str:
        """Value of :py:attr:`scoreMethod`."""
        return self.getOrDefault(self.scoreMethod)

    def setScoreMethod(self: P, value: str) -> P:
        """Sets :py:attr:`scoreMethod`."""
        return self._set(scoreMethod=value)

    scoreSamples: Param[int] = Param(
        Params._dummy(),
        "scoreSamples",
        "latent samples per image for scores elbo and reconstructionProbability, in [1, 10000]",
        typeConverter=TypeConverters.toInt,
    )

    def getScoreSamples(self) -> int:
        """Value of :py:attr:`scoreSamples`."""
        return self.getOrDefault(self.scoreSamples)

    def setScoreSamples(self: P, value: int) -> P:
        """Sets :py:attr:`scoreSamples`."""
        return self._set(scoreSamples=value)

    patchQuantile: Param[float] = Param(
        Params._dummy(),
        "patchQuantile",
        "quantile of patch scores used as the image score, in (0, 1]; 1 = maximum",
        typeConverter=TypeConverters.toFloat,
    )

    def getPatchQuantile(self) -> float:
        """Value of :py:attr:`patchQuantile`."""
        return self.getOrDefault(self.patchQuantile)

    def setPatchQuantile(self: P, value: float) -> P:
        """Sets :py:attr:`patchQuantile`."""
        return self._set(patchQuantile=value)

    reconstructionErrorCol: Param[str] = Param(
        Params._dummy(),
        "reconstructionErrorCol",
        "output column of the mean squared error per pixel; empty omits it",
        typeConverter=TypeConverters.toString,
    )

    def getReconstructionErrorCol(self) -> str:
        """Value of :py:attr:`reconstructionErrorCol`."""
        return self.getOrDefault(self.reconstructionErrorCol)

    def setReconstructionErrorCol(self: P, value: str) -> P:
        """Sets :py:attr:`reconstructionErrorCol`."""
        return self._set(reconstructionErrorCol=value)

    anomalyScoreCol: Param[str] = Param(
        Params._dummy(),
        "anomalyScoreCol",
        "output column of the anomaly score, higher is more anomalous; empty omits it",
        typeConverter=TypeConverters.toString,
    )

    def getAnomalyScoreCol(self) -> str:
        """Value of :py:attr:`anomalyScoreCol`."""
        return self.getOrDefault(self.anomalyScoreCol)

    def setAnomalyScoreCol(self: P, value: str) -> P:
        """Sets :py:attr:`anomalyScoreCol`."""
        return self._set(anomalyScoreCol=value)

    predictionCol: Param[str] = Param(
        Params._dummy(),
        "predictionCol",
        "output column of the prediction, 1.0 if the score is above the threshold, otherwise 0.0; empty omits it",
        typeConverter=TypeConverters.toString,
    )

    def getPredictionCol(self) -> str:
        """Value of :py:attr:`predictionCol`."""
        return self.getOrDefault(self.predictionCol)

    def setPredictionCol(self: P, value: str) -> P:
        """Sets :py:attr:`predictionCol`."""
        return self._set(predictionCol=value)

    latentCol: Param[str] = Param(
        Params._dummy(),
        "latentCol",
        "output column of the latent vector; empty omits it",
        typeConverter=TypeConverters.toString,
    )

    def getLatentCol(self) -> str:
        """Value of :py:attr:`latentCol`."""
        return self.getOrDefault(self.latentCol)

    def setLatentCol(self: P, value: str) -> P:
        """Sets :py:attr:`latentCol`."""
        return self._set(latentCol=value)

    latentVarianceCol: Param[str] = Param(
        Params._dummy(),
        "latentVarianceCol",
        "output column of the posterior variances of a variational autoencoder, a vector; empty omits it",
        typeConverter=TypeConverters.toString,
    )

    def getLatentVarianceCol(self) -> str:
        """Value of :py:attr:`latentVarianceCol`."""
        return self.getOrDefault(self.latentVarianceCol)

    def setLatentVarianceCol(self: P, value: str) -> P:
        """Sets :py:attr:`latentVarianceCol`."""
        return self._set(latentVarianceCol=value)

    reconstructionCol: Param[str] = Param(
        Params._dummy(),
        "reconstructionCol",
        "output column of the reconstruction, an image struct; empty omits it",
        typeConverter=TypeConverters.toString,
    )

    def getReconstructionCol(self) -> str:
        """Value of :py:attr:`reconstructionCol`."""
        return self.getOrDefault(self.reconstructionCol)

    def setReconstructionCol(self: P, value: str) -> P:
        """Sets :py:attr:`reconstructionCol`."""
        return self._set(reconstructionCol=value)

    errorMapCol: Param[str] = Param(
        Params._dummy(),
        "errorMapCol",
        "output column of the error of each pixel, a grayscale image struct; empty omits it",
        typeConverter=TypeConverters.toString,
    )

    def getErrorMapCol(self) -> str:
        """Value of :py:attr:`errorMapCol`."""
        return self.getOrDefault(self.errorMapCol)

    def setErrorMapCol(self: P, value: str) -> P:
        """Sets :py:attr:`errorMapCol`."""
        return self._set(errorMapCol=value)

    regionsCol: Param[str] = Param(
        Params._dummy(),
        "regionsCol",
        "output column of the regions whose pixels have errors above pixelThreshold, an array of structs; empty omits it",
        typeConverter=TypeConverters.toString,
    )

    def getRegionsCol(self) -> str:
        """Value of :py:attr:`regionsCol`."""
        return self.getOrDefault(self.regionsCol)

    def setRegionsCol(self: P, value: str) -> P:
        """Sets :py:attr:`regionsCol`."""
        return self._set(regionsCol=value)

    maskCol: Param[str] = Param(
        Params._dummy(),
        "maskCol",
        "output column of the mask of these regions, a grayscale image struct of the image's own size, 255 inside; empty omits it",
        typeConverter=TypeConverters.toString,
    )

    def getMaskCol(self) -> str:
        """Value of :py:attr:`maskCol`."""
        return self.getOrDefault(self.maskCol)

    def setMaskCol(self: P, value: str) -> P:
        """Sets :py:attr:`maskCol`."""
        return self._set(maskCol=value)


class TrainingParams(Params):
    """Params of estimators."""

    architecture: Param[str] = Param(
        Params._dummy(),
        "architecture",
        "network architecture: dense (fully connected layers of the sizes in hidden) or convolutional (convolutions with the channels in filters)",
        typeConverter=TypeConverters.toString,
    )

    def getArchitecture(self) -> str:
        """Value of :py:attr:`architecture`."""
        return self.getOrDefault(self.architecture)

    def setArchitecture(self: P, value: str) -> P:
        """Sets :py:attr:`architecture`."""
        return self._set(architecture=value)

    hidden: Param[list[int]] = Param(
        Params._dummy(),
        "hidden",
        "sizes of the hidden layers of a dense encoder, from input to latent (each >= 1); the decoder mirrors them",
        typeConverter=TypeConverters.toListInt,
    )

    def getHidden(self) -> list[int]:
        """Value of :py:attr:`hidden`."""
        return self.getOrDefault(self.hidden)

    def setHidden(self: P, value: Sequence[int]) -> P:
        """Sets :py:attr:`hidden`."""
        return self._set(hidden=value)

    latentDim: Param[int] = Param(
        Params._dummy(),
        "latentDim",
        "number of dimensions of the latent space (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    def getLatentDim(self) -> int:
        """Value of :py:attr:`latentDim`."""
        return self.getOrDefault(self.latentDim)

    def setLatentDim(self: P, value: int) -> P:
        """Sets :py:attr:`latentDim`."""
        return self._set(latentDim=value)

    activation: Param[str] = Param(
        Params._dummy(),
        "activation",
        "activation function of the hidden layers: relu, leakyRelu, elu, tanh, sigmoid or identity",
        typeConverter=TypeConverters.toString,
    )

    def getActivation(self) -> str:
        """Value of :py:attr:`activation`."""
        return self.getOrDefault(self.activation)

    def setActivation(self: P, value: str) -> P:
        """Sets :py:attr:`activation`."""
        return self._set(activation=value)

    outputActivation: Param[str] = Param(
        Params._dummy(),
        "outputActivation",
        "activation function of the output layer: relu, leakyRelu, elu, tanh, sigmoid or identity; loss bce requires sigmoid",
        typeConverter=TypeConverters.toString,
    )

    def getOutputActivation(self) -> str:
        """Value of :py:attr:`outputActivation`."""
        return self.getOrDefault(self.outputActivation)

    def setOutputActivation(self: P, value: str) -> P:
        """Sets :py:attr:`outputActivation`."""
        return self._set(outputActivation=value)

    filters: Param[list[int]] = Param(
        Params._dummy(),
        "filters",
        "output channels of each convolution of a convolutional encoder, from input to latent (each >= 1); the decoder mirrors them",
        typeConverter=TypeConverters.toListInt,
    )

    def getFilters(self) -> list[int]:
        """Value of :py:attr:`filters`."""
        return self.getOrDefault(self.filters)

    def setFilters(self: P, value: Sequence[int]) -> P:
        """Sets :py:attr:`filters`."""
        return self._set(filters=value)

    kernelSize: Param[int] = Param(
        Params._dummy(),
        "kernelSize",
        "side of the convolution windows in pixels (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    def getKernelSize(self) -> int:
        """Value of :py:attr:`kernelSize`."""
        return self.getOrDefault(self.kernelSize)

    def setKernelSize(self: P, value: int) -> P:
        """Sets :py:attr:`kernelSize`."""
        return self._set(kernelSize=value)

    stride: Param[int] = Param(
        Params._dummy(),
        "stride",
        "factor by which each convolution shrinks height and width (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    def getStride(self) -> int:
        """Value of :py:attr:`stride`."""
        return self.getOrDefault(self.stride)

    def setStride(self: P, value: int) -> P:
        """Sets :py:attr:`stride`."""
        return self._set(stride=value)

    normalization: Param[str] = Param(
        Params._dummy(),
        "normalization",
        "normalization between convolution and activation: none or group",
        typeConverter=TypeConverters.toString,
    )

    def getNormalization(self) -> str:
        """Value of :py:attr:`normalization`."""
        return self.getOrDefault(self.normalization)

    def setNormalization(self: P, value: str) -> P:
        """Sets :py:attr:`normalization`."""
        return self._set(normalization=value)

    downsampling: Param[str] = Param(
        Params._dummy(),
        "downsampling",
        "downsampling in a convolutional encoder: strided (strided convolutions) or averagePooling (average pooling after each convolution)",
        typeConverter=TypeConverters.toString,
    )

    def getDownsampling(self) -> str:
        """Value of :py:attr:`downsampling`."""
        return self.getOrDefault(self.downsampling)

    def setDownsampling(self: P, value: str) -> P:
        """Sets :py:attr:`downsampling`."""
        return self._set(downsampling=value)

    upsampling: Param[str] = Param(
        Params._dummy(),
        "upsampling",
        "upsampling in a convolutional decoder: transposed (transposed convolutions) or nearest (nearest-neighbor upsampling before each convolution)",
        typeConverter=TypeConverters.toString,
    )

    def getUpsampling(self) -> str:
        """Value of :py:attr:`upsampling`."""
        return self.getOrDefault(self.upsampling)

    def setUpsampling(self: P, value: str) -> P:
        """Sets :py:attr:`upsampling`."""
        return self._set(upsampling=value)

    loss: Param[str] = Param(
        Params._dummy(),
        "loss",
        "reconstruction loss: mse (mean squared error; not for variational autoencoders), ssim (structural dissimilarity; likewise), bce (binary cross-entropy) or gaussian (Gaussian negative log-likelihood)",
        typeConverter=TypeConverters.toString,
    )

    def getLoss(self) -> str:
        """Value of :py:attr:`loss`."""
        return self.getOrDefault(self.loss)

    def setLoss(self: P, value: str) -> P:
        """Sets :py:attr:`loss`."""
        return self._set(loss=value)

    sigma: Param[float] = Param(
        Params._dummy(),
        "sigma",
        "standard deviation of a pixel under loss gaussian, in units of [0, 1] (> 0)",
        typeConverter=TypeConverters.toFloat,
    )

    def getSigma(self) -> float:
        """Value of :py:attr:`sigma`."""
        return self.getOrDefault(self.sigma)

    def setSigma(self: P, value: float) -> P:
        """Sets :py:attr:`sigma`."""
        return self._set(sigma=value)

    learnSigma: Param[bool] = Param(
        Params._dummy(),
        "learnSigma",
        "whether sigma is learned under loss gaussian, starting from its given value",
        typeConverter=TypeConverters.toBoolean,
    )

    def getLearnSigma(self) -> bool:
        """Value of :py:attr:`learnSigma`."""
        return self.getOrDefault(self.learnSigma)

    def setLearnSigma(self: P, value: bool) -> P:
        """Sets :py:attr:`learnSigma`."""
        return self._set(learnSigma=value)

    beta: Param[float] = Param(
        Params._dummy(),
        "beta",
        "weight of the KL divergence from the prior in the loss of a variational autoencoder (>= 0)",
        typeConverter=TypeConverters.toFloat,
    )

    def getBeta(self) -> float:
        """Value of :py:attr:`beta`."""
        return self.getOrDefault(self.beta)

    def setBeta(self: P, value: float) -> P:
        """Sets :py:attr:`beta`."""
        return self._set(beta=value)

    klWarmupEpochs: Param[float] = Param(
        Params._dummy(),
        "klWarmupEpochs",
        "epochs of KL annealing, over which beta rises linearly from 0 (>= 0); 0 disables it",
        typeConverter=TypeConverters.toFloat,
    )

    def getKlWarmupEpochs(self) -> float:
        """Value of :py:attr:`klWarmupEpochs`."""
        return self.getOrDefault(self.klWarmupEpochs)

    def setKlWarmupEpochs(self: P, value: float) -> P:
        """Sets :py:attr:`klWarmupEpochs`."""
        return self._set(klWarmupEpochs=value)

    freeBits: Param[float] = Param(
        Params._dummy(),
        "freeBits",
        "KL (nats) per latent dimension that is not penalized, averaged over the minibatch (>= 0)",
        typeConverter=TypeConverters.toFloat,
    )

    def getFreeBits(self) -> float:
        """Value of :py:attr:`freeBits`."""
        return self.getOrDefault(self.freeBits)

    def setFreeBits(self: P, value: float) -> P:
        """Sets :py:attr:`freeBits`."""
        return self._set(freeBits=value)

    activityPenalty: Param[float] = Param(
        Params._dummy(),
        "activityPenalty",
        "weight of an L1 penalty on the latent in the loss of an autoencoder that is not variational (>= 0)",
        typeConverter=TypeConverters.toFloat,
    )

    def getActivityPenalty(self) -> float:
        """Value of :py:attr:`activityPenalty`."""
        return self.getOrDefault(self.activityPenalty)

    def setActivityPenalty(self: P, value: float) -> P:
        """Sets :py:attr:`activityPenalty`."""
        return self._set(activityPenalty=value)

    solver: Param[str] = Param(
        Params._dummy(),
        "solver",
        "optimizer: adam, momentum (SGD with momentum) or sgd",
        typeConverter=TypeConverters.toString,
    )

    def getSolver(self) -> str:
        """Value of :py:attr:`solver`."""
        return self.getOrDefault(self.solver)

    def setSolver(self: P, value: str) -> P:
        """Sets :py:attr:`solver`."""
        return self._set(solver=value)

    stepSize: Param[float] = Param(
        Params._dummy(),
        "stepSize",
        "peak learning rate for one worker (> 0)",
        typeConverter=TypeConverters.toFloat,
    )

    def getStepSize(self) -> float:
        """Value of :py:attr:`stepSize`."""
        return self.getOrDefault(self.stepSize)

    def setStepSize(self: P, value: float) -> P:
        """Sets :py:attr:`stepSize`."""
        return self._set(stepSize=value)

    stepSizeSchedule: Param[str] = Param(
        Params._dummy(),
        "stepSizeSchedule",
        "learning-rate schedule: constant, step (times decayRate every decayEpochs) or cosine (annealed to 0 at the last epoch)",
        typeConverter=TypeConverters.toString,
    )

    def getStepSizeSchedule(self) -> str:
        """Value of :py:attr:`stepSizeSchedule`."""
        return self.getOrDefault(self.stepSizeSchedule)

    def setStepSizeSchedule(self: P, value: str) -> P:
        """Sets :py:attr:`stepSizeSchedule`."""
        return self._set(stepSizeSchedule=value)

    decayEpochs: Param[int] = Param(
        Params._dummy(),
        "decayEpochs",
        "epochs between learning-rate drops of the step schedule (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    def getDecayEpochs(self) -> int:
        """Value of :py:attr:`decayEpochs`."""
        return self.getOrDefault(self.decayEpochs)

    def setDecayEpochs(self: P, value: int) -> P:
        """Sets :py:attr:`decayEpochs`."""
        return self._set(decayEpochs=value)

    decayRate: Param[float] = Param(
        Params._dummy(),
        "decayRate",
        "factor of each learning-rate drop of the step schedule, in (0, 1]",
        typeConverter=TypeConverters.toFloat,
    )

    def getDecayRate(self) -> float:
        """Value of :py:attr:`decayRate`."""
        return self.getOrDefault(self.decayRate)

    def setDecayRate(self: P, value: float) -> P:
        """Sets :py:attr:`decayRate`."""
        return self._set(decayRate=value)

    warmupEpochs: Param[float] = Param(
        Params._dummy(),
        "warmupEpochs",
        "epochs of linear learning-rate warmup (>= 0); 0 disables it",
        typeConverter=TypeConverters.toFloat,
    )

    def getWarmupEpochs(self) -> float:
        """Value of :py:attr:`warmupEpochs`."""
        return self.getOrDefault(self.warmupEpochs)

    def setWarmupEpochs(self: P, value: float) -> P:
        """Sets :py:attr:`warmupEpochs`."""
        return self._set(warmupEpochs=value)

    weightDecay: Param[float] = Param(
        Params._dummy(),
        "weightDecay",
        "weight decay coefficient (>= 0); L2 penalty for solvers sgd and momentum, decoupled for adam",
        typeConverter=TypeConverters.toFloat,
    )

    def getWeightDecay(self) -> float:
        """Value of :py:attr:`weightDecay`."""
        return self.getOrDefault(self.weightDecay)

    def setWeightDecay(self: P, value: float) -> P:
        """Sets :py:attr:`weightDecay`."""
        return self._set(weightDecay=value)

    gradientClipNorm: Param[float] = Param(
        Params._dummy(),
        "gradientClipNorm",
        "maximum gradient L2 norm (>= 0); 0 disables clipping",
        typeConverter=TypeConverters.toFloat,
    )

    def getGradientClipNorm(self) -> float:
        """Value of :py:attr:`gradientClipNorm`."""
        return self.getOrDefault(self.gradientClipNorm)

    def setGradientClipNorm(self: P, value: float) -> P:
        """Sets :py:attr:`gradientClipNorm`."""
        return self._set(gradientClipNorm=value)

    momentum: Param[float] = Param(
        Params._dummy(),
        "momentum",
        "momentum coefficient of solver momentum, in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )

    def getMomentum(self) -> float:
        """Value of :py:attr:`momentum`."""
        return self.getOrDefault(self.momentum)

    def setMomentum(self: P, value: float) -> P:
        """Sets :py:attr:`momentum`."""
        return self._set(momentum=value)

    beta1: Param[float] = Param(
        Params._dummy(),
        "beta1",
        "decay rate of the first moment of solver adam, in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )

    def getBeta1(self) -> float:
        """Value of :py:attr:`beta1`."""
        return self.getOrDefault(self.beta1)

    def setBeta1(self: P, value: float) -> P:
        """Sets :py:attr:`beta1`."""
        return self._set(beta1=value)

    beta2: Param[float] = Param(
        Params._dummy(),
        "beta2",
        "decay rate of the second moment of solver adam, in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )

    def getBeta2(self) -> float:
        """Value of :py:attr:`beta2`."""
        return self.getOrDefault(self.beta2)

    def setBeta2(self: P, value: float) -> P:
        """Sets :py:attr:`beta2`."""
        return self._set(beta2=value)

    epsilon: Param[float] = Param(
        Params._dummy(),
        "epsilon",
        "term added to the denominator of solver adam for numerical stability (> 0)",
        typeConverter=TypeConverters.toFloat,
    )

    def getEpsilon(self) -> float:
        """Value of :py:attr:`epsilon`."""
        return self.getOrDefault(self.epsilon)

    def setEpsilon(self: P, value: float) -> P:
        """Sets :py:attr:`epsilon`."""
        return self._set(epsilon=value)

    stepSizeScaling: Param[str] = Param(
        Params._dummy(),
        "stepSizeScaling",
        "scaling of the learning rate with the number of workers: none, sqrt (square root, at most 4) or linear",
        typeConverter=TypeConverters.toString,
    )

    def getStepSizeScaling(self) -> str:
        """Value of :py:attr:`stepSizeScaling`."""
        return self.getOrDefault(self.stepSizeScaling)

    def setStepSizeScaling(self: P, value: str) -> P:
        """Sets :py:attr:`stepSizeScaling`."""
        return self._set(stepSizeScaling=value)

    epochs: Param[int] = Param(
        Params._dummy(),
        "epochs",
        "passes over the training data (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    def getEpochs(self) -> int:
        """Value of :py:attr:`epochs`."""
        return self.getOrDefault(self.epochs)

    def setEpochs(self: P, value: int) -> P:
        """Sets :py:attr:`epochs`."""
        return self._set(epochs=value)

    batchSize: Param[int] = Param(
        Params._dummy(),
        "batchSize",
        "minibatch size per worker (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    def getBatchSize(self) -> int:
        """Value of :py:attr:`batchSize`."""
        return self.getOrDefault(self.batchSize)

    def setBatchSize(self: P, value: int) -> P:
        """Sets :py:attr:`batchSize`."""
        return self._set(batchSize=value)

    seed: Param[int] = Param(
        Params._dummy(),
        "seed",
        "random seed",
        typeConverter=TypeConverters.toInt,
    )

    def getSeed(self) -> int:
        """Value of :py:attr:`seed`."""
        return self.getOrDefault(self.seed)

    def setSeed(self: P, value: int) -> P:
        """Sets :py:attr:`seed`."""
        return self._set(seed=value)

    validationFraction: Param[float] = Param(
        Params._dummy(),
        "validationFraction",
        "fraction of the images that is held out for validation, in [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )

    def getValidationFraction(self) -> float:
        """Value of :py:attr:`validationFraction`."""
        return self.getOrDefault(self.validationFraction)

    def setValidationFraction(self: P, value: float) -> P:
        """Sets :py:attr:`validationFraction`."""
        return self._set(validationFraction=value)

    patience: Param[int] = Param(
        Params._dummy(),
        "patience",
        "epochs without a better validation loss before training stops early, if validationFraction is above 0 (>= 0); 0 disables early stopping",
        typeConverter=TypeConverters.toInt,
    )

    def getPatience(self) -> int:
        """Value of :py:attr:`patience`."""
        return self.getOrDefault(self.patience)

    def setPatience(self: P, value: int) -> P:
        """Sets :py:attr:`patience`."""
        return self._set(patience=value)

    numWorkers: Param[int] = Param(
        Params._dummy(),
        "numWorkers",
        "number of workers (>= 0); 0 = default parallelism of the cluster, divided by threadsPerWorker",
        typeConverter=TypeConverters.toInt,
    )

    def getNumWorkers(self) -> int:
        """Value of :py:attr:`numWorkers`."""
        return self.getOrDefault(self.numWorkers)

    def setNumWorkers(self: P, value: int) -> P:
        """Sets :py:attr:`numWorkers`."""
        return self._set(numWorkers=value)

    threadsPerWorker: Param[int] = Param(
        Params._dummy(),
        "threadsPerWorker",
        "threads of a worker, which divide the rows of each minibatch (>= 0); 0 = spark.task.cpus",
        typeConverter=TypeConverters.toInt,
    )

    def getThreadsPerWorker(self) -> int:
        """Value of :py:attr:`threadsPerWorker`."""
        return self.getOrDefault(self.threadsPerWorker)

    def setThreadsPerWorker(self: P, value: int) -> P:
        """Sets :py:attr:`threadsPerWorker`."""
        return self._set(threadsPerWorker=value)

    averagingFrequency: Param[int] = Param(
        Params._dummy(),
        "averagingFrequency",
        "minibatches per worker between averagings (>= 0); 0 = a third of an epoch, but 10 to 100",
        typeConverter=TypeConverters.toInt,
    )

    def getAveragingFrequency(self) -> int:
        """Value of :py:attr:`averagingFrequency`."""
        return self.getOrDefault(self.averagingFrequency)

    def setAveragingFrequency(self: P, value: int) -> P:
        """Sets :py:attr:`averagingFrequency`."""
        return self._set(averagingFrequency=value)

    outerMomentum: Param[float] = Param(
        Params._dummy(),
        "outerMomentum",
        "Nesterov momentum of averaged updates after the first epoch, in [0, 1) or -1; -1 = 0.5, or 0 with one worker or fewer than 20 minibatches between averagings",
        typeConverter=TypeConverters.toFloat,
    )

    def getOuterMomentum(self) -> float:
        """Value of :py:attr:`outerMomentum`."""
        return self.getOrDefault(self.outerMomentum)

    def setOuterMomentum(self: P, value: float) -> P:
        """Sets :py:attr:`outerMomentum`."""
        return self._set(outerMomentum=value)

    outerStepSize: Param[float] = Param(
        Params._dummy(),
        "outerStepSize",
        "outer learning rate applied to each averaged update (> 0); 1 assigns the average",
        typeConverter=TypeConverters.toFloat,
    )

    def getOuterStepSize(self) -> float:
        """Value of :py:attr:`outerStepSize`."""
        return self.getOrDefault(self.outerStepSize)

    def setOuterStepSize(self: P, value: float) -> P:
        """Sets :py:attr:`outerStepSize`."""
        return self._set(outerStepSize=value)

    updaterState: Param[str] = Param(
        Params._dummy(),
        "updaterState",
        "optimizer state after averaging: average or reset",
        typeConverter=TypeConverters.toString,
    )

    def getUpdaterState(self) -> str:
        """Value of :py:attr:`updaterState`."""
        return self.getOrDefault(self.updaterState)

    def setUpdaterState(self: P, value: str) -> P:
        """Sets :py:attr:`updaterState`."""
        return self._set(updaterState=value)

    synchronousEpochs: Param[float] = Param(
        Params._dummy(),
        "synchronousEpochs",
        "epochs at the start of training in which every minibatch is averaged, without outer momentum (>= 0)",
        typeConverter=TypeConverters.toFloat,
    )

    def getSynchronousEpochs(self) -> float:
        """Value of :py:attr:`synchronousEpochs`."""
        return self.getOrDefault(self.synchronousEpochs)

    def setSynchronousEpochs(self: P, value: float) -> P:
        """Sets :py:attr:`synchronousEpochs`."""
        return self._set(synchronousEpochs=value)

    flip: Param[str] = Param(
        Params._dummy(),
        "flip",
        "random flips of training images: none, horizontal, vertical or both",
        typeConverter=TypeConverters.toString,
    )

    def getFlip(self) -> str:
        """Value of :py:attr:`flip`."""
        return self.getOrDefault(self.flip)

    def setFlip(self: P, value: str) -> P:
        """Sets :py:attr:`flip`."""
        return self._set(flip=value)

    shift: Param[int] = Param(
        Params._dummy(),
        "shift",
        "maximum random shift of training images in each direction, in pixels (>= 0); 0 disables it",
        typeConverter=TypeConverters.toInt,
    )

    def getShift(self) -> int:
        """Value of :py:attr:`shift`."""
        return self.getOrDefault(self.shift)

    def setShift(self: P, value: int) -> P:
        """Sets :py:attr:`shift`."""
        return self._set(shift=value)

    corruption: Param[str] = Param(
        Params._dummy(),
        "corruption",
        "random corruption of the encoder input in training, for a denoising autoencoder: none, masking (pixels set to 0), gaussian (noise added) or stain (ellipses and strokes of one color)",
        typeConverter=TypeConverters.toString,
    )

    def getCorruption(self) -> str:
        """Value of :py:attr:`corruption`."""
        return self.getOrDefault(self.corruption)

    def setCorruption(self: P, value: str) -> P:
        """Sets :py:attr:`corruption`."""
        return self._set(corruption=value)

    corruptionLevel: Param[float] = Param(
        Params._dummy(),
        "corruptionLevel",
        "fraction of the pixels that are masked, below 1; standard deviation of Gaussian noise in units of [0, 1]; or largest half-axis of a stain as a fraction of the shorter side, at most 1 (> 0)",
        typeConverter=TypeConverters.toFloat,
    )

    def getCorruptionLevel(self) -> float:
        """Value of :py:attr:`corruptionLevel`."""
        return self.getOrDefault(self.corruptionLevel)

    def setCorruptionLevel(self: P, value: float) -> P:
        """Sets :py:attr:`corruptionLevel`."""
        return self._set(corruptionLevel=value)

    height: Param[int] = Param(
        Params._dummy(),
        "height",
        "height in pixels that images are resized to (>= 0); 0 = no resize; set with width",
        typeConverter=TypeConverters.toInt,
    )

    def getHeight(self) -> int:
        """Value of :py:attr:`height`."""
        return self.getOrDefault(self.height)

    def setHeight(self: P, value: int) -> P:
        """Sets :py:attr:`height`."""
        return self._set(height=value)

    width: Param[int] = Param(
        Params._dummy(),
        "width",
        "width in pixels that images are resized to (>= 0); 0 = no resize; set with height",
        typeConverter=TypeConverters.toInt,
    )

    def getWidth(self) -> int:
        """Value of :py:attr:`width`."""
        return self.getOrDefault(self.width)

    def setWidth(self: P, value: int) -> P:
        """Sets :py:attr:`width`."""
        return self._set(width=value)

    channels: Param[int] = Param(
        Params._dummy(),
        "channels",
        "color channels that images are converted to: 1 (grayscale), 3 (color) or 0 (unchanged)",
        typeConverter=TypeConverters.toInt,
    )

    def getChannels(self) -> int:
        """Value of :py:attr:`channels`."""
        return self.getOrDefault(self.channels)

    def setChannels(self: P, value: int) -> P:
        """Sets :py:attr:`channels`."""
        return self._set(channels=value)

    patchSize: Param[int] = Param(
        Params._dummy(),
        "patchSize",
        "side in pixels of the square patches that images are cut into (>= 0); 0 = whole images",
        typeConverter=TypeConverters.toInt,
    )

    def getPatchSize(self) -> int:
        """Value of :py:attr:`patchSize`."""
        return self.getOrDefault(self.patchSize)

    def setPatchSize(self: P, value: int) -> P:
        """Sets :py:attr:`patchSize`."""
        return self._set(patchSize=value)

    patchStride: Param[int] = Param(
        Params._dummy(),
        "patchStride",
        "distance in pixels from one patch to the next, at most patchSize (>= 0); 0 = half of patchSize",
        typeConverter=TypeConverters.toInt,
    )

    def getPatchStride(self) -> int:
        """Value of :py:attr:`patchStride`."""
        return self.getOrDefault(self.patchStride)

    def setPatchStride(self: P, value: int) -> P:
        """Sets :py:attr:`patchStride`."""
        return self._set(patchStride=value)

    standardization: Param[str] = Param(
        Params._dummy(),
        "standardization",
        "standardization of the encoder input: none or perChannel (zero mean and unit variance of each channel over the training data)",
        typeConverter=TypeConverters.toString,
    )

    def getStandardization(self) -> str:
        """Value of :py:attr:`standardization`."""
        return self.getOrDefault(self.standardization)

    def setStandardization(self: P, value: str) -> P:
        """Sets :py:attr:`standardization`."""
        return self._set(standardization=value)

    backbone: Param[str] = Param(
        Params._dummy(),
        "backbone",
        "frozen feature extractor whose features take the place of pixels: path of an ONNX file, or filters (built in); empty = pixels",
        typeConverter=TypeConverters.toString,
    )

    def getBackbone(self) -> str:
        """Value of :py:attr:`backbone`."""
        return self.getOrDefault(self.backbone)

    def setBackbone(self: P, value: str) -> P:
        """Sets :py:attr:`backbone`."""
        return self._set(backbone=value)

    backboneOutputs: Param[str] = Param(
        Params._dummy(),
        "backboneOutputs",
        "comma-separated names of the ONNX outputs whose features are used; empty = all that are grids",
        typeConverter=TypeConverters.toString,
    )

    def getBackboneOutputs(self) -> str:
        """Value of :py:attr:`backboneOutputs`."""
        return self.getOrDefault(self.backboneOutputs)

    def setBackboneOutputs(self: P, value: str) -> P:
        """Sets :py:attr:`backboneOutputs`."""
        return self._set(backboneOutputs=value)

    backboneSize: Param[int] = Param(
        Params._dummy(),
        "backboneSize",
        "side in pixels of the square images that the backbone is given (>= 0); 0 = as the ONNX file has it, 224 for filters",
        typeConverter=TypeConverters.toInt,
    )

    def getBackboneSize(self) -> int:
        """Value of :py:attr:`backboneSize`."""
        return self.getOrDefault(self.backboneSize)

    def setBackboneSize(self: P, value: int) -> P:
        """Sets :py:attr:`backboneSize`."""
        return self._set(backboneSize=value)

    backboneGrid: Param[int] = Param(
        Params._dummy(),
        "backboneGrid",
        "side of the grid of features, in positions (>= 0); 0 = an eighth of backboneSize",
        typeConverter=TypeConverters.toInt,
    )

    def getBackboneGrid(self) -> int:
        """Value of :py:attr:`backboneGrid`."""
        return self.getOrDefault(self.backboneGrid)

    def setBackboneGrid(self: P, value: int) -> P:
        """Sets :py:attr:`backboneGrid`."""
        return self._set(backboneGrid=value)

    backboneMean: Param[str] = Param(
        Params._dummy(),
        "backboneMean",
        "means of red, green and blue in [0, 1], subtracted from images before an ONNX backbone",
        typeConverter=TypeConverters.toString,
    )

    def getBackboneMean(self) -> str:
        """Value of :py:attr:`backboneMean`."""
        return self.getOrDefault(self.backboneMean)

    def setBackboneMean(self: P, value: str) -> P:
        """Sets :py:attr:`backboneMean`."""
        return self._set(backboneMean=value)

    backboneStd: Param[str] = Param(
        Params._dummy(),
        "backboneStd",
        "standard deviations of red, green and blue by which images are divided before an ONNX backbone",
        typeConverter=TypeConverters.toString,
    )

    def getBackboneStd(self) -> str:
        """Value of :py:attr:`backboneStd`."""
        return self.getOrDefault(self.backboneStd)

    def setBackboneStd(self: P, value: str) -> P:
        """Sets :py:attr:`backboneStd`."""
        return self._set(backboneStd=value)

    initModel: Param[str] = Param(
        Params._dummy(),
        "initModel",
        "saved model to fine-tune; empty = random initial weights",
        typeConverter=TypeConverters.toString,
    )

    def getInitModel(self) -> str:
        """Value of :py:attr:`initModel`."""
        return self.getOrDefault(self.initModel)

    def setInitModel(self: P, value: str) -> P:
        """Sets :py:attr:`initModel`."""
        return self._set(initModel=value)

    checkpointDir: Param[str] = Param(
        Params._dummy(),
        "checkpointDir",
        "directory of checkpoints, from which an interrupted training resumes to the same result; empty = no checkpoints",
        typeConverter=TypeConverters.toString,
    )

    def getCheckpointDir(self) -> str:
        """Value of :py:attr:`checkpointDir`."""
        return self.getOrDefault(self.checkpointDir)

    def setCheckpointDir(self: P, value: str) -> P:
        """Sets :py:attr:`checkpointDir`."""
        return self._set(checkpointDir=value)

    checkpointInterval: Param[int] = Param(
        Params._dummy(),
        "checkpointInterval",
        "epochs between checkpoints (>= 1); the last epoch always has one",
        typeConverter=TypeConverters.toInt,
    )

    def getCheckpointInterval(self) -> int:
        """Value of :py:attr:`checkpointInterval`."""
        return self.getOrDefault(self.checkpointInterval)

    def setCheckpointInterval(self: P, value: int) -> P:
        """Sets :py:attr:`checkpointInterval`."""
        return self._set(checkpointInterval=value)

    resume: Param[bool] = Param(
        Params._dummy(),
        "resume",
        "whether training resumes from the latest checkpoint in checkpointDir, if there is one",
        typeConverter=TypeConverters.toBoolean,
    )

    def getResume(self) -> bool:
        """Value of :py:attr:`resume`."""
        return self.getOrDefault(self.resume)

    def setResume(self: P, value: bool) -> P:
        """Sets :py:attr:`resume`."""
        return self._set(resume=value)

    keepCheckpoints: Param[int] = Param(
        Params._dummy(),
        "keepCheckpoints",
        "number of the latest checkpoints that are kept (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    def getKeepCheckpoints(self) -> int:
        """Value of :py:attr:`keepCheckpoints`."""
        return self.getOrDefault(self.keepCheckpoints)

    def setKeepCheckpoints(self: P, value: int) -> P:
        """Sets :py:attr:`keepCheckpoints`."""
        return self._set(keepCheckpoints=value)

    contamination: Param[float] = Param(
        Params._dummy(),
        "contamination",
        "fraction of unseen images like those of the training that the threshold lets be predicted anomalous, in [0, 1); 0 sets the threshold to the highest score it rests on",
        typeConverter=TypeConverters.toFloat,
    )

    def getContamination(self) -> float:
        """Value of :py:attr:`contamination`."""
        return self.getOrDefault(self.contamination)

    def setContamination(self: P, value: float) -> P:
        """Sets :py:attr:`contamination`."""
        return self._set(contamination=value)

    calibrationFraction: Param[float] = Param(
        Params._dummy(),
        "calibrationFraction",
        "fraction of the images, without those for validation, that is held out of training to set the threshold, in [0, 1); fewer than 20 images are not held out; the threshold then rests on the validation images, or else on the training images",
        typeConverter=TypeConverters.toFloat,
    )

    def getCalibrationFraction(self) -> float:
        """Value of :py:attr:`calibrationFraction`."""
        return self.getOrDefault(self.calibrationFraction)

    def setCalibrationFraction(self: P, value: float) -> P:
        """Sets :py:attr:`calibrationFraction`."""
        return self._set(calibrationFraction=value)

    pixelContamination: Param[float] = Param(
        Params._dummy(),
        "pixelContamination",
        "fraction of the training images' pixels with errors above pixelThreshold, in [0, 1); it sets that threshold, which outlines defects",
        typeConverter=TypeConverters.toFloat,
    )

    def getPixelContamination(self) -> float:
        """Value of :py:attr:`pixelContamination`."""
        return self.getOrDefault(self.pixelContamination)

    def setPixelContamination(self: P, value: float) -> P:
        """Sets :py:attr:`pixelContamination`."""
        return self._set(pixelContamination=value)

    errorSmoothing: Param[int] = Param(
        Params._dummy(),
        "errorSmoothing",
        "side in pixels of the window over which errors are averaged for error maps and the scores normalizedError, maximumError and combined (odd, >= 1); 1 disables it",
        typeConverter=TypeConverters.toInt,
    )

    def getErrorSmoothing(self) -> int:
        """Value of :py:attr:`errorSmoothing`."""
        return self.getOrDefault(self.errorSmoothing)

    def setErrorSmoothing(self: P, value: int) -> P:
        """Sets :py:attr:`errorSmoothing`."""
        return self._set(errorSmoothing=value)


class ThresholdParams(Params):
    """Params of models."""

    threshold: Param[float] = Param(
        Params._dummy(),
        "threshold",
        "anomaly score above which an image is predicted anomalous; by default computed in training",
        typeConverter=TypeConverters.toFloat,
    )

    def getThreshold(self) -> float:
        """Value of :py:attr:`threshold`."""
        return self.getOrDefault(self.threshold)

    def setThreshold(self: P, value: float) -> P:
        """Sets :py:attr:`threshold`."""
        return self._set(threshold=value)

    thresholdMethod: Param[str] = Param(
        Params._dummy(),
        "thresholdMethod",
        "origin of the threshold: contamination (fraction of unseen images above it), falsePositiveRate (fraction of normal images above it), maxF1 (best F1 on labeled images) or given",
        typeConverter=TypeConverters.toString,
    )

    def getThresholdMethod(self) -> str:
        """Value of :py:attr:`thresholdMethod`."""
        return self.getOrDefault(self.thresholdMethod)

    def setThresholdMethod(self: P, value: str) -> P:
        """Sets :py:attr:`thresholdMethod`."""
        return self._set(thresholdMethod=value)

    pixelThreshold: Param[float] = Param(
        Params._dummy(),
        "pixelThreshold",
        "error above which a pixel belongs to a region, in [0, 1]; by default computed in training",
        typeConverter=TypeConverters.toFloat,
    )

    def getPixelThreshold(self) -> float:
        """Value of :py:attr:`pixelThreshold`."""
        return self.getOrDefault(self.pixelThreshold)

    def setPixelThreshold(self: P, value: float) -> P:
        """Sets :py:attr:`pixelThreshold`."""
        return self._set(pixelThreshold=value)

    minRegionArea: Param[int] = Param(
        Params._dummy(),
        "minRegionArea",
        "minimum area of a region in pixels of the image before preprocessing (>= 1)",
        typeConverter=TypeConverters.toInt,
    )

    def getMinRegionArea(self) -> int:
        """Value of :py:attr:`minRegionArea`."""
        return self.getOrDefault(self.minRegionArea)

    def setMinRegionArea(self: P, value: int) -> P:
        """Sets :py:attr:`minRegionArea`."""
        return self._set(minRegionArea=value)


class EvaluatorParams(Params):
    """Params of the evaluator."""

    metricName: Param[str] = Param(
        Params._dummy(),
        "metricName",
        "metric: auroc, averagePrecision, f1 (of the predictions) or reconstructionError (mean; lower is better)",
        typeConverter=TypeConverters.toString,
    )

    def getMetricName(self) -> str:
        """Value of :py:attr:`metricName`."""
        return self.getOrDefault(self.metricName)

    def setMetricName(self: P, value: str) -> P:
        """Sets :py:attr:`metricName`."""
        return self._set(metricName=value)

    anomalous: Param[str] = Param(
        Params._dummy(),
        "anomalous",
        "SQL condition that is true for anomalous rows",
        typeConverter=TypeConverters.toString,
    )

    def getAnomalous(self) -> str:
        """Value of :py:attr:`anomalous`."""
        return self.getOrDefault(self.anomalous)

    def setAnomalous(self: P, value: str) -> P:
        """Sets :py:attr:`anomalous`."""
        return self._set(anomalous=value)

    anomalyScoreCol: Param[str] = Param(
        Params._dummy(),
        "anomalyScoreCol",
        "input column of anomaly scores, higher is more anomalous",
        typeConverter=TypeConverters.toString,
    )

    def getAnomalyScoreCol(self) -> str:
        """Value of :py:attr:`anomalyScoreCol`."""
        return self.getOrDefault(self.anomalyScoreCol)

    def setAnomalyScoreCol(self: P, value: str) -> P:
        """Sets :py:attr:`anomalyScoreCol`."""
        return self._set(anomalyScoreCol=value)

    predictionCol: Param[str] = Param(
        Params._dummy(),
        "predictionCol",
        "input column of predictions, 1 or 0, for metric f1",
        typeConverter=TypeConverters.toString,
    )

    def getPredictionCol(self) -> str:
        """Value of :py:attr:`predictionCol`."""
        return self.getOrDefault(self.predictionCol)

    def setPredictionCol(self: P, value: str) -> P:
        """Sets :py:attr:`predictionCol`."""
        return self._set(predictionCol=value)

    reconstructionErrorCol: Param[str] = Param(
        Params._dummy(),
        "reconstructionErrorCol",
        "input column of reconstruction errors",
        typeConverter=TypeConverters.toString,
    )

    def getReconstructionErrorCol(self) -> str:
        """Value of :py:attr:`reconstructionErrorCol`."""
        return self.getOrDefault(self.reconstructionErrorCol)

    def setReconstructionErrorCol(self: P, value: str) -> P:
        """Sets :py:attr:`reconstructionErrorCol`."""
        return self._set(reconstructionErrorCol=value)


class AutoencoderParams(TrainingParams, ScoringParams, Constructed):
    """Every param of ``ai.narrows.ml.Autoencoder`` as a keyword."""

    @keyword_only
    def __init__(
        self,
        *,
        architecture: str = "dense",
        hidden: Sequence[int] = (128, 64, 12),
        latentDim: int = 3,
        activation: str = "relu",
        outputActivation: str = "sigmoid",
        filters: Sequence[int] = (32, 64, 128),
        kernelSize: int = 3,
        stride: int = 2,
        normalization: str = "none",
        downsampling: str = "strided",
        upsampling: str = "transposed",
        loss: str = "mse",
        sigma: float = 0.1,
        learnSigma: bool = False,
        beta: float = 1.0,
        klWarmupEpochs: float = 0.0,
        freeBits: float = 0.0,
        activityPenalty: float = 0.0,
        solver: str = "adam",
        stepSize: float = 0.001,
        stepSizeSchedule: str = "constant",
        decayEpochs: int = 10,
        decayRate: float = 0.5,
        warmupEpochs: float = 0.0,
        weightDecay: float = 0.0,
        gradientClipNorm: float = 0.0,
        momentum: float = 0.9,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1.0E-8,
        stepSizeScaling: str = "sqrt",
        epochs: int = 20,
        batchSize: int = 128,
        seed: int = 1,
        validationFraction: float = 0.0,
        patience: int = 5,
        numWorkers: int = 0,
        threadsPerWorker: int = 0,
        averagingFrequency: int = 0,
        outerMomentum: float = -1.0,
        outerStepSize: float = 1.0,
        updaterState: str = "average",
        synchronousEpochs: float = 0.0,
        flip: str = "none",
        shift: int = 0,
        corruption: str = "none",
        corruptionLevel: float = 0.2,
        imageCol: str = "image",
        inputEncoding: str = "encoded",
        inputMin: float = 0.0,
        inputMax: float = 1.0,
        idCol: str = "id",
        handleInvalid: str = "error",
        height: int = 0,
        width: int = 0,
        channels: int = 0,
        patchSize: int = 0,
        patchStride: int = 0,
        standardization: str = "none",
        backbone: str = "",
        backboneOutputs: str = "",
        backboneSize: int = 0,
        backboneGrid: int = 0,
        backboneMean: str = "0.485,0.456,0.406",
        backboneStd: str = "0.229,0.224,0.225",
        initModel: str = "",
        checkpointDir: str = "",
        checkpointInterval: int = 1,
        resume: bool = False,
        keepCheckpoints: int = 2,
        contamination: float = 0.01,
        calibrationFraction: float = 0.1,
        pixelContamination: float = 0.001,
        errorSmoothing: int = 1,
        scoreMethod: str = "reconstructionError",
        scoreSamples: int = 10,
        patchQuantile: float = 1.0,
        reconstructionErrorCol: str = "reconstructionError",
        anomalyScoreCol: str = "anomalyScore",
        predictionCol: str = "prediction",
        latentCol: str = "latent",
        latentVarianceCol: str = "",
        reconstructionCol: str = "",
        errorMapCol: str = "",
        regionsCol: str = "",
        maskCol: str = "",
    ) -> None:
        """
        Parameters
        ----------
        architecture : str, default "dense"
            Network architecture: dense (fully connected layers of the sizes in hidden) or convolutional (convolutions with the channels in filters).
        hidden : list[int], default (128, 64, 12)
            Sizes of the hidden layers of a dense encoder, from input to latent (each >= 1); the decoder mirrors them.
        latentDim : int, default 3
            Number of dimensions of the latent space (>= 1).
        activation : str, default "relu"
            Activation function of the hidden layers: relu, leakyRelu, elu, tanh, sigmoid or identity.
        outputActivation : str, default "sigmoid"
            Activation function of the output layer: relu, leakyRelu, elu, tanh, sigmoid or identity; loss bce requires sigmoid.
        filters : list[int], default (32, 64, 128)
            Output channels of each convolution of a convolutional encoder, from input to latent (each >= 1); the decoder mirrors them.
        kernelSize : int, default 3
            Side of the convolution windows in pixels (>= 1).
        stride : int, default 2
            Factor by which each convolution shrinks height and width (>= 1).
        normalization : str, default "none"
            Normalization between convolution and activation: none or group.
        downsampling : str, default "strided"
            Downsampling in a convolutional encoder: strided (strided convolutions) or averagePooling (average pooling after each convolution).
        upsampling : str, default "transposed"
            Upsampling in a convolutional decoder: transposed (transposed convolutions) or nearest (nearest-neighbor upsampling before each convolution).
        loss : str, default "mse"
            Reconstruction loss: mse (mean squared error; not for variational autoencoders), ssim (structural dissimilarity; likewise), bce (binary cross-entropy) or gaussian (Gaussian negative log-likelihood).
        sigma : float, default 0.1
            Standard deviation of a pixel under loss gaussian, in units of [0, 1] (> 0).
        learnSigma : bool, default False
            Whether sigma is learned under loss gaussian, starting from its given value.
        beta : float, default 1.0
            Weight of the KL divergence from the prior in the loss of a variational autoencoder (>= 0).
        klWarmupEpochs : float, default 0.0
            Epochs of KL annealing, over which beta rises linearly from 0 (>= 0); 0 disables it.
        freeBits : float, default 0.0
            KL (nats) per latent dimension that is not penalized, averaged over the minibatch (>= 0).
        activityPenalty : float, default 0.0
            Weight of an L1 penalty on the latent in the loss of an autoencoder that is not variational (>= 0).
        solver : str, default "adam"
            Optimizer: adam, momentum (SGD with momentum) or sgd.
        stepSize : float, default 0.001
            Peak learning rate for one worker (> 0).
        stepSizeSchedule : str, default "constant"
            Learning-rate schedule: constant, step (times decayRate every decayEpochs) or cosine (annealed to 0 at the last epoch).
        decayEpochs : int, default 10
            Epochs between learning-rate drops of the step schedule (>= 1).
        decayRate : float, default 0.5
            Factor of each learning-rate drop of the step schedule, in (0, 1].
        warmupEpochs : float, default 0.0
            Epochs of linear learning-rate warmup (>= 0); 0 disables it.
        weightDecay : float, default 0.0
            Weight decay coefficient (>= 0); L2 penalty for solvers sgd and momentum, decoupled for adam.
        gradientClipNorm : float, default 0.0
            Maximum gradient L2 norm (>= 0); 0 disables clipping.
        momentum : float, default 0.9
            Momentum coefficient of solver momentum, in [0, 1).
        beta1 : float, default 0.9
            Decay rate of the first moment of solver adam, in [0, 1).
        beta2 : float, default 0.999
            Decay rate of the second moment of solver adam, in [0, 1).
        epsilon : float, default 1.0E-8
            Term added to the denominator of solver adam for numerical stability (> 0).
        stepSizeScaling : str, default "sqrt"
            Scaling of the learning rate with the number of workers: none, sqrt (square root, at most 4) or linear.
        epochs : int, default 20
            Passes over the training data (>= 1).
        batchSize : int, default 128
            Minibatch size per worker (>= 1).
        seed : int, default 1
            Random seed.
        validationFraction : float, default 0.0
            Fraction of the images that is held out for validation, in [0, 1).
        patience : int, default 5
            Epochs without a better validation loss before training stops early, if validationFraction is above 0 (>= 0); 0 disables early stopping.
        numWorkers : int, default 0
            Number of workers (>= 0); 0 = default parallelism of the cluster, divided by threadsPerWorker.
        threadsPerWorker : int, default 0
            Threads of a worker, which divide the rows of each minibatch (>= 0); 0 = spark.task.cpus.
        averagingFrequency : int, default 0
            Minibatches per worker between averagings (>= 0); 0 = a third of an epoch, but 10 to 100.
        outerMomentum : float, default -1.0
            Nesterov momentum of averaged updates after the first epoch, in [0, 1) or -1; -1 = 0.5, or 0 with one worker or fewer than 20 minibatches between averagings.
        outerStepSize : float, default 1.0
            Outer learning rate applied to each averaged update (> 0); 1 assigns the average.
        updaterState : str, default "average"
            Optimizer state after averaging: average or reset.
        synchronousEpochs : float, default 0.0
            Epochs at the start of training in which every minibatch is averaged, without outer momentum (>= 0).
        flip : str, default "none"
            Random flips of training images: none, horizontal, vertical or both.
        shift : int, default 0
            Maximum random shift of training images in each direction, in pixels (>= 0); 0 disables it.
        corruption : str, default "none"
            Random corruption of the encoder input in training, for a denoising autoencoder: none, masking (pixels set to 0), gaussian (noise added) or stain (ellipses and strokes of one color).
        corruptionLevel : float, default 0.2
            Fraction of the pixels that are masked, below 1; standard deviation of Gaussian noise in units of [0, 1]; or largest half-axis of a stain as a fraction of the shorter side, at most 1 (> 0).
        imageCol : str, default "image"
            Input column of images: image struct, binary, struct with a field bytes, vector or array; colors of vectors and arrays are blue, green, red.
        inputEncoding : str, default "encoded"
            Content of a binary image column: encoded (image files) or raw (uint8 pixels, blue, green, red).
        inputMin : float, default 0.0
            Smallest possible value in an image column of vectors or arrays, which becomes 0.
        inputMax : float, default 1.0
            Largest possible value in an image column of vectors or arrays, which becomes 1; above inputMin; if neither is set, integers are uint8 from 0 to 255.
        idCol : str, default "id"
            Input column of row ids, for error messages and to break ties between equal images; optional.
        handleInvalid : str, default "error"
            Handling of images that cannot be read: error, skip (drop the row) or keep (null outputs).
        height : int, default 0
            Height in pixels that images are resized to (>= 0); 0 = no resize; set with width.
        width : int, default 0
            Width in pixels that images are resized to (>= 0); 0 = no resize; set with height.
        channels : int, default 0
            Color channels that images are converted to: 1 (grayscale), 3 (color) or 0 (unchanged).
        patchSize : int, default 0
            Side in pixels of the square patches that images are cut into (>= 0); 0 = whole images.
        patchStride : int, default 0
            Distance in pixels from one patch to the next, at most patchSize (>= 0); 0 = half of patchSize.
        standardization : str, default "none"
            Standardization of the encoder input: none or perChannel (zero mean and unit variance of each channel over the training data).
        backbone : str, default ""
            Frozen feature extractor whose features take the place of pixels: path of an ONNX file, or filters (built in); empty = pixels.
        backboneOutputs : str, default ""
            Comma-separated names of the ONNX outputs whose features are used; empty = all that are grids.
        backboneSize : int, default 0
            Side in pixels of the square images that the backbone is given (>= 0); 0 = as the ONNX file has it, 224 for filters.
        backboneGrid : int, default 0
            Side of the grid of features, in positions (>= 0); 0 = an eighth of backboneSize.
        backboneMean : str, default "0.485,0.456,0.406"
            Means of red, green and blue in [0, 1], subtracted from images before an ONNX backbone.
        backboneStd : str, default "0.229,0.224,0.225"
            Standard deviations of red, green and blue by which images are divided before an ONNX backbone.
        initModel : str, default ""
            Saved model to fine-tune; empty = random initial weights.
        checkpointDir : str, default ""
            Directory of checkpoints, from which an interrupted training resumes to the same result; empty = no checkpoints.
        checkpointInterval : int, default 1
            Epochs between checkpoints (>= 1); the last epoch always has one.
        resume : bool, default False
            Whether training resumes from the latest checkpoint in checkpointDir, if there is one.
        keepCheckpoints : int, default 2
            Number of the latest checkpoints that are kept (>= 1).
        contamination : float, default 0.01
            Fraction of unseen images like those of the training that the threshold lets be predicted anomalous, in [0, 1); 0 sets the threshold to the highest score it rests on.
        calibrationFraction : float, default 0.1
            Fraction of the images, without those for validation, that is held out of training to set the threshold, in [0, 1); fewer than 20 images are not held out; the threshold then rests on the validation images, or else on the training images.
        pixelContamination : float, default 0.001
            Fraction of the training images' pixels with errors above pixelThreshold, in [0, 1); it sets that threshold, which outlines defects.
        errorSmoothing : int, default 1
            Side in pixels of the window over which errors are averaged for error maps and the scores normalizedError, maximumError and combined (odd, >= 1); 1 disables it.
        scoreMethod : str, default "reconstructionError"
            Anomaly score: reconstructionError, normalizedError, maximumError, elbo, reconstructionProbability, latentDistance, reencodingDistance or combined.
        scoreSamples : int, default 10
            Latent samples per image for scores elbo and reconstructionProbability, in [1, 10000].
        patchQuantile : float, default 1.0
            Quantile of patch scores used as the image score, in (0, 1]; 1 = maximum.
        reconstructionErrorCol : str, default "reconstructionError"
            Output column of the mean squared error per pixel; empty omits it.
        anomalyScoreCol : str, default "anomalyScore"
            Output column of the anomaly score, higher is more anomalous; empty omits it.
        predictionCol : str, default "prediction"
            Output column of the prediction, 1.0 if the score is above the threshold, otherwise 0.0; empty omits it.
        latentCol : str, default "latent"
            Output column of the latent vector; empty omits it.
        latentVarianceCol : str, default ""
            Output column of the posterior variances of a variational autoencoder, a vector; empty omits it.
        reconstructionCol : str, default ""
            Output column of the reconstruction, an image struct; empty omits it.
        errorMapCol : str, default ""
            Output column of the error of each pixel, a grayscale image struct; empty omits it.
        regionsCol : str, default ""
            Output column of the regions whose pixels have errors above pixelThreshold, an array of structs; empty omits it.
        maskCol : str, default ""
            Output column of the mask of these regions, a grayscale image struct of the image's own size, 255 inside; empty omits it.
        """
        super().__init__()
        self._construct("ai.narrows.ml.Autoencoder", self._input_kwargs)

    def _set_defaults(self) -> None:
        self._setDefault(
            architecture="dense",
            hidden=[128, 64, 12],
            latentDim=3,
            activation="relu",
            outputActivation="sigmoid",
            filters=[32, 64, 128],
            kernelSize=3,
            stride=2,
            normalization="none",
            downsampling="strided",
            upsampling="transposed",
            loss="mse",
            sigma=0.1,
            learnSigma=False,
            beta=1.0,
            klWarmupEpochs=0.0,
            freeBits=0.0,
            activityPenalty=0.0,
            solver="adam",
            stepSize=0.001,
            stepSizeSchedule="constant",
            decayEpochs=10,
            decayRate=0.5,
            warmupEpochs=0.0,
            weightDecay=0.0,
            gradientClipNorm=0.0,
            momentum=0.9,
            beta1=0.9,
            beta2=0.999,
            epsilon=1.0E-8,
            stepSizeScaling="sqrt",
            epochs=20,
            batchSize=128,
            seed=1,
            validationFraction=0.0,
            patience=5,
            numWorkers=0,
            threadsPerWorker=0,
            averagingFrequency=0,
            outerMomentum=-1.0,
            outerStepSize=1.0,
            updaterState="average",
            synchronousEpochs=0.0,
            flip="none",
            shift=0,
            corruption="none",
            corruptionLevel=0.2,
            imageCol="image",
            inputEncoding="encoded",
            inputMin=0.0,
            inputMax=1.0,
            idCol="id",
            handleInvalid="error",
            height=0,
            width=0,
            channels=0,
            patchSize=0,
            patchStride=0,
            standardization="none",
            backbone="",
            backboneOutputs="",
            backboneSize=0,
            backboneGrid=0,
            backboneMean="0.485,0.456,0.406",
            backboneStd="0.229,0.224,0.225",
            initModel="",
            checkpointDir="",
            checkpointInterval=1,
            resume=False,
            keepCheckpoints=2,
            contamination=0.01,
            calibrationFraction=0.1,
            pixelContamination=0.001,
            errorSmoothing=1,
            scoreMethod="reconstructionError",
            scoreSamples=10,
            patchQuantile=1.0,
            reconstructionErrorCol="reconstructionError",
            anomalyScoreCol="anomalyScore",
            predictionCol="prediction",
            latentCol="latent",
            latentVarianceCol="",
            reconstructionCol="",
            errorMapCol="",
            regionsCol="",
            maskCol="",
        )

    @keyword_only
    def setParams(
        self: P,
        *,
        architecture: str = "dense",
        hidden: Sequence[int] = (128, 64, 12),
        latentDim: int = 3,
        activation: str = "relu",
        outputActivation: str = "sigmoid",
        filters: Sequence[int] = (32, 64, 128),
        kernelSize: int = 3,
        stride: int = 2,
        normalization: str = "none",
        downsampling: str = "strided",
        upsampling: str = "transposed",
        loss: str = "mse",
        sigma: float = 0.1,
        learnSigma: bool = False,
        beta: float = 1.0,
        klWarmupEpochs: float = 0.0,
        freeBits: float = 0.0,
        activityPenalty: float = 0.0,
        solver: str = "adam",
        stepSize: float = 0.001,
        stepSizeSchedule: str = "constant",
        decayEpochs: int = 10,
        decayRate: float = 0.5,
        warmupEpochs: float = 0.0,
        weightDecay: float = 0.0,
        gradientClipNorm: float = 0.0,
        momentum: float = 0.9,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1.0E-8,
        stepSizeScaling: str = "sqrt",
        epochs: int = 20,
        batchSize: int = 128,
        seed: int = 1,
        validationFraction: float = 0.0,
        patience: int = 5,
        numWorkers: int = 0,
        threadsPerWorker: int = 0,
        averagingFrequency: int = 0,
        outerMomentum: float = -1.0,
        outerStepSize: float = 1.0,
        updaterState: str = "average",
        synchronousEpochs: float = 0.0,
        flip: str = "none",
        shift: int = 0,
        corruption: str = "none",
        corruptionLevel: float = 0.2,
        imageCol: str = "image",
        inputEncoding: str = "encoded",
        inputMin: float = 0.0,
        inputMax: float = 1.0,
        idCol: str = "id",
        handleInvalid: str = "error",
        height: int = 0,
        width: int = 0,
        channels: int = 0,
        patchSize: int = 0,
        patchStride: int = 0,
        standardization: str = "none",
        backbone: str = "",
        backboneOutputs: str = "",
        backboneSize: int = 0,
        backboneGrid: int = 0,
        backboneMean: str = "0.485,0.456,0.406",
        backboneStd: str = "0.229,0.224,0.225",
        initModel: str = "",
        checkpointDir: str = "",
        checkpointInterval: int = 1,
        resume: bool = False,
        keepCheckpoints: int = 2,
        contamination: float = 0.01,
        calibrationFraction: float = 0.1,
        pixelContamination: float = 0.001,
        errorSmoothing: int = 1,
        scoreMethod: str = "reconstructionError",
        scoreSamples: int = 10,
        patchQuantile: float = 1.0,
        reconstructionErrorCol: str = "reconstructionError",
        anomalyScoreCol: str = "anomalyScore",
        predictionCol: str = "prediction",
        latentCol: str = "latent",
        latentVarianceCol: str = "",
        reconstructionCol: str = "",
        errorMapCol: str = "",
        regionsCol: str = "",
        maskCol: str = "",
    ) -> P:
        """Sets every param that is given."""
        return self._set(**self._input_kwargs)  # type: ignore[attr-defined]


class VariationalAutoencoderParams(TrainingParams, ScoringParams, Constructed):
    """Every param of ``ai.narrows.ml.VariationalAutoencoder`` as a keyword."""

    @keyword_only
    def __init__(
        self,
        *,
        architecture: str = "dense",
        hidden: Sequence[int] = (400,),
        latentDim: int = 20,
        activation: str = "relu",
        outputActivation: str = "sigmoid",
        filters: Sequence[int] = (32, 64, 128),
        kernelSize: int = 3,
        stride: int = 2,
        normalization: str = "none",
        downsampling: str = "strided",
        upsampling: str = "transposed",
        loss: str = "bce",
        sigma: float = 0.1,
        learnSigma: bool = False,
        beta: float = 1.0,
        klWarmupEpochs: float = 0.0,
        freeBits: float = 0.0,
        activityPenalty: float = 0.0,
        solver: str = "adam",
        stepSize: float = 0.001,
        stepSizeSchedule: str = "constant",
        decayEpochs: int = 10,
        decayRate: float = 0.5,
        warmupEpochs: float = 0.0,
        weightDecay: float = 0.0,
        gradientClipNorm: float = 0.0,
        momentum: float = 0.9,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1.0E-8,
        stepSizeScaling: str = "sqrt",
        epochs: int = 20,
        batchSize: int = 128,
        seed: int = 1,
        validationFraction: float = 0.0,
        patience: int = 5,
        numWorkers: int = 0,
        threadsPerWorker: int = 0,
        averagingFrequency: int = 0,
        outerMomentum: float = -1.0,
        outerStepSize: float = 1.0,
        updaterState: str = "average",
        synchronousEpochs: float = 0.0,
        flip: str = "none",
        shift: int = 0,
        corruption: str = "none",
        corruptionLevel: float = 0.2,
        imageCol: str = "image",
        inputEncoding: str = "encoded",
        inputMin: float = 0.0,
        inputMax: float = 1.0,
        idCol: str = "id",
        handleInvalid: str = "error",
        height: int = 0,
        width: int = 0,
        channels: int = 0,
        patchSize: int = 0,
        patchStride: int = 0,
        standardization: str = "none",
        backbone: str = "",
        backboneOutputs: str = "",
        backboneSize: int = 0,
        backboneGrid: int = 0,
        backboneMean: str = "0.485,0.456,0.406",
        backboneStd: str = "0.229,0.224,0.225",
        initModel: str = "",
        checkpointDir: str = "",
        checkpointInterval: int = 1,
        resume: bool = False,
        keepCheckpoints: int = 2,
        contamination: float = 0.01,
        calibrationFraction: float = 0.1,
        pixelContamination: float = 0.001,
        errorSmoothing: int = 1,
        scoreMethod: str = "reconstructionError",
        scoreSamples: int = 10,
        patchQuantile: float = 1.0,
        reconstructionErrorCol: str = "reconstructionError",
        anomalyScoreCol: str = "anomalyScore",
        predictionCol: str = "prediction",
        latentCol: str = "latent",
        latentVarianceCol: str = "",
        reconstructionCol: str = "",
        errorMapCol: str = "",
        regionsCol: str = "",
        maskCol: str = "",
    ) -> None:
        """
        Parameters
        ----------
        architecture : str, default "dense"
            Network architecture: dense (fully connected layers of the sizes in hidden) or convolutional (convolutions with the channels in filters).
        hidden : list[int], default (400,)
            Sizes of the hidden layers of a dense encoder, from input to latent (each >= 1); the decoder mirrors them.
        latentDim : int, default 20
            Number of dimensions of the latent space (>= 1).
        activation : str, default "relu"
            Activation function of the hidden layers: relu, leakyRelu, elu, tanh, sigmoid or identity.
        outputActivation : str, default "sigmoid"
            Activation function of the output layer: relu, leakyRelu, elu, tanh, sigmoid or identity; loss bce requires sigmoid.
        filters : list[int], default (32, 64, 128)
            Output channels of each convolution of a convolutional encoder, from input to latent (each >= 1); the decoder mirrors them.
        kernelSize : int, default 3
            Side of the convolution windows in pixels (>= 1).
        stride : int, default 2
            Factor by which each convolution shrinks height and width (>= 1).
        normalization : str, default "none"
            Normalization between convolution and activation: none or group.
        downsampling : str, default "strided"
            Downsampling in a convolutional encoder: strided (strided convolutions) or averagePooling (average pooling after each convolution).
        upsampling : str, default "transposed"
            Upsampling in a convolutional decoder: transposed (transposed convolutions) or nearest (nearest-neighbor upsampling before each convolution).
        loss : str, default "bce"
            Reconstruction loss: mse (mean squared error; not for variational autoencoders), ssim (structural dissimilarity; likewise), bce (binary cross-entropy) or gaussian (Gaussian negative log-likelihood).
        sigma : float, default 0.1
            Standard deviation of a pixel under loss gaussian, in units of [0, 1] (> 0).
        learnSigma : bool, default False
            Whether sigma is learned under loss gaussian, starting from its given value.
        beta : float, default 1.0
            Weight of the KL divergence from the prior in the loss of a variational autoencoder (>= 0).
        klWarmupEpochs : float, default 0.0
            Epochs of KL annealing, over which beta rises linearly from 0 (>= 0); 0 disables it.
        freeBits : float, default 0.0
            KL (nats) per latent dimension that is not penalized, averaged over the minibatch (>= 0).
        activityPenalty : float, default 0.0
            Weight of an L1 penalty on the latent in the loss of an autoencoder that is not variational (>= 0).
        solver : str, default "adam"
            Optimizer: adam, momentum (SGD with momentum) or sgd.
        stepSize : float, default 0.001
            Peak learning rate for one worker (> 0).
        stepSizeSchedule : str, default "constant"
            Learning-rate schedule: constant, step (times decayRate every decayEpochs) or cosine (annealed to 0 at the last epoch).
        decayEpochs : int, default 10
            Epochs between learning-rate drops of the step schedule (>= 1).
        decayRate : float, default 0.5
            Factor of each learning-rate drop of the step schedule, in (0, 1].
        warmupEpochs : float, default 0.0
            Epochs of linear learning-rate warmup (>= 0); 0 disables it.
        weightDecay : float, default 0.0
            Weight decay coefficient (>= 0); L2 penalty for solvers sgd and momentum, decoupled for adam.
        gradientClipNorm : float, default 0.0
            Maximum gradient L2 norm (>= 0); 0 disables clipping.
        momentum : float, default 0.9
            Momentum coefficient of solver momentum, in [0, 1).
        beta1 : float, default 0.9
            Decay rate of the first moment of solver adam, in [0, 1).
        beta2 : float, default 0.999
            Decay rate of the second moment of solver adam, in [0, 1).
        epsilon : float, default 1.0E-8
            Term added to the denominator of solver adam for numerical stability (> 0).
        stepSizeScaling : str, default "sqrt"
            Scaling of the learning rate with the number of workers: none, sqrt (square root, at most 4) or linear.
        epochs : int, default 20
            Passes over the training data (>= 1).
        batchSize : int, default 128
            Minibatch size per worker (>= 1).
        seed : int, default 1
            Random seed.
        validationFraction : float, default 0.0
            Fraction of the images that is held out for validation, in [0, 1).
        patience : int, default 5
            Epochs without a better validation loss before training stops early, if validationFraction is above 0 (>= 0); 0 disables early stopping.
        numWorkers : int, default 0
            Number of workers (>= 0); 0 = default parallelism of the cluster, divided by threadsPerWorker.
        threadsPerWorker : int, default 0
            Threads of a worker, which divide the rows of each minibatch (>= 0); 0 = spark.task.cpus.
        averagingFrequency : int, default 0
            Minibatches per worker between averagings (>= 0); 0 = a third of an epoch, but 10 to 100.
        outerMomentum : float, default -1.0
            Nesterov momentum of averaged updates after the first epoch, in [0, 1) or -1; -1 = 0.5, or 0 with one worker or fewer than 20 minibatches between averagings.
        outerStepSize : float, default 1.0
            Outer learning rate applied to each averaged update (> 0); 1 assigns the average.
        updaterState : str, default "average"
            Optimizer state after averaging: average or reset.
        synchronousEpochs : float, default 0.0
            Epochs at the start of training in which every minibatch is averaged, without outer momentum (>= 0).
        flip : str, default "none"
            Random flips of training images: none, horizontal, vertical or both.
        shift : int, default 0
            Maximum random shift of training images in each direction, in pixels (>= 0); 0 disables it.
        corruption : str, default "none"
            Random corruption of the encoder input in training, for a denoising autoencoder: none, masking (pixels set to 0), gaussian (noise added) or stain (ellipses and strokes of one color).
        corruptionLevel : float, default 0.2
            Fraction of the pixels that are masked, below 1; standard deviation of Gaussian noise in units of [0, 1]; or largest half-axis of a stain as a fraction of the shorter side, at most 1 (> 0).
        imageCol : str, default "image"
            Input column of images: image struct, binary, struct with a field bytes, vector or array; colors of vectors and arrays are blue, green, red.
        inputEncoding : str, default "encoded"
            Content of a binary image column: encoded (image files) or raw (uint8 pixels, blue, green, red).
        inputMin : float, default 0.0
            Smallest possible value in an image column of vectors or arrays, which becomes 0.
        inputMax : float, default 1.0
            Largest possible value in an image column of vectors or arrays, which becomes 1; above inputMin; if neither is set, integers are uint8 from 0 to 255.
        idCol : str, default "id"
            Input column of row ids, for error messages and to break ties between equal images; optional.
        handleInvalid : str, default "error"
            Handling of images that cannot be read: error, skip (drop the row) or keep (null outputs).
        height : int, default 0
            Height in pixels that images are resized to (>= 0); 0 = no resize; set with width.
        width : int, default 0
            Width in pixels that images are resized to (>= 0); 0 = no resize; set with height.
        channels : int, default 0
            Color channels that images are converted to: 1 (grayscale), 3 (color) or 0 (unchanged).
        patchSize : int, default 0
            Side in pixels of the square patches that images are cut into (>= 0); 0 = whole images.
        patchStride : int, default 0
            Distance in pixels from one patch to the next, at most patchSize (>= 0); 0 = half of patchSize.
        standardization : str, default "none"
            Standardization of the encoder input: none or perChannel (zero mean and unit variance of each channel over the training data).
        backbone : str, default ""
            Frozen feature extractor whose features take the place of pixels: path of an ONNX file, or filters (built in); empty = pixels.
        backboneOutputs : str, default ""
            Comma-separated names of the ONNX outputs whose features are used; empty = all that are grids.
        backboneSize : int, default 0
            Side in pixels of the square images that the backbone is given (>= 0); 0 = as the ONNX file has it, 224 for filters.
        backboneGrid : int, default 0
            Side of the grid of features, in positions (>= 0); 0 = an eighth of backboneSize.
        backboneMean : str, default "0.485,0.456,0.406"
            Means of red, green and blue in [0, 1], subtracted from images before an ONNX backbone.
        backboneStd : str, default "0.229,0.224,0.225"
            Standard deviations of red, green and blue by which images are divided before an ONNX backbone.
        initModel : str, default ""
            Saved model to fine-tune; empty = random initial weights.
        checkpointDir : str, default ""
            Directory of checkpoints, from which an interrupted training resumes to the same result; empty = no checkpoints.
        checkpointInterval : int, default 1
            Epochs between checkpoints (>= 1); the last epoch always has one.
        resume : bool, default False
            Whether training resumes from the latest checkpoint in checkpointDir, if there is one.
        keepCheckpoints : int, default 2
            Number of the latest checkpoints that are kept (>= 1).
        contamination : float, default 0.01
            Fraction of unseen images like those of the training that the threshold lets be predicted anomalous, in [0, 1); 0 sets the threshold to the highest score it rests on.
        calibrationFraction : float, default 0.1
            Fraction of the images, without those for validation, that is held out of training to set the threshold, in [0, 1); fewer than 20 images are not held out; the threshold then rests on the validation images, or else on the training images.
        pixelContamination : float, default 0.001
            Fraction of the training images' pixels with errors above pixelThreshold, in [0, 1); it sets that threshold, which outlines defects.
        errorSmoothing : int, default 1
            Side in pixels of the window over which errors are averaged for error maps and the scores normalizedError, maximumError and combined (odd, >= 1); 1 disables it.
        scoreMethod : str, default "reconstructionError"
            Anomaly score: reconstructionError, normalizedError, maximumError, elbo, reconstructionProbability, latentDistance, reencodingDistance or combined.
        scoreSamples : int, default 10
            Latent samples per image for scores elbo and reconstructionProbability, in [1, 10000].
        patchQuantile : float, default 1.0
            Quantile of patch scores used as the image score, in (0, 1]; 1 = maximum.
        reconstructionErrorCol : str, default "reconstructionError"
            Output column of the mean squared error per pixel; empty omits it.
        anomalyScoreCol : str, default "anomalyScore"
            Output column of the anomaly score, higher is more anomalous; empty omits it.
        predictionCol : str, default "prediction"
            Output column of the prediction, 1.0 if the score is above the threshold, otherwise 0.0; empty omits it.
        latentCol : str, default "latent"
            Output column of the latent vector; empty omits it.
        latentVarianceCol : str, default ""
            Output column of the posterior variances of a variational autoencoder, a vector; empty omits it.
        reconstructionCol : str, default ""
            Output column of the reconstruction, an image struct; empty omits it.
        errorMapCol : str, default ""
            Output column of the error of each pixel, a grayscale image struct; empty omits it.
        regionsCol : str, default ""
            Output column of the regions whose pixels have errors above pixelThreshold, an array of structs; empty omits it.
        maskCol : str, default ""
            Output column of the mask of these regions, a grayscale image struct of the image's own size, 255 inside; empty omits it.
        """
        super().__init__()
        self._construct("ai.narrows.ml.VariationalAutoencoder", self._input_kwargs)

    def _set_defaults(self) -> None:
        self._setDefault(
            architecture="dense",
            hidden=[400],
            latentDim=20,
            activation="relu",
            outputActivation="sigmoid",
            filters=[32, 64, 128],
            kernelSize=3,
            stride=2,
            normalization="none",
            downsampling="strided",
            upsampling="transposed",
            loss="bce",
            sigma=0.1,
            learnSigma=False,
            beta=1.0,
            klWarmupEpochs=0.0,
            freeBits=0.0,
            activityPenalty=0.0,
            solver="adam",
            stepSize=0.001,
            stepSizeSchedule="constant",
            decayEpochs=10,
            decayRate=0.5,
            warmupEpochs=0.0,
            weightDecay=0.0,
            gradientClipNorm=0.0,
            momentum=0.9,
            beta1=0.9,
            beta2=0.999,
            epsilon=1.0E-8,
            stepSizeScaling="sqrt",
            epochs=20,
            batchSize=128,
            seed=1,
            validationFraction=0.0,
            patience=5,
            numWorkers=0,
            threadsPerWorker=0,
            averagingFrequency=0,
            outerMomentum=-1.0,
            outerStepSize=1.0,
            updaterState="average",
            synchronousEpochs=0.0,
            flip="none",
            shift=0,
            corruption="none",
            corruptionLevel=0.2,
            imageCol="image",
            inputEncoding="encoded",
            inputMin=0.0,
            inputMax=1.0,
            idCol="id",
            handleInvalid="error",
            height=0,
            width=0,
            channels=0,
            patchSize=0,
            patchStride=0,
            standardization="none",
            backbone="",
            backboneOutputs="",
            backboneSize=0,
            backboneGrid=0,
            backboneMean="0.485,0.456,0.406",
            backboneStd="0.229,0.224,0.225",
            initModel="",
            checkpointDir="",
            checkpointInterval=1,
            resume=False,
            keepCheckpoints=2,
            contamination=0.01,
            calibrationFraction=0.1,
            pixelContamination=0.001,
            errorSmoothing=1,
            scoreMethod="reconstructionError",
            scoreSamples=10,
            patchQuantile=1.0,
            reconstructionErrorCol="reconstructionError",
            anomalyScoreCol="anomalyScore",
            predictionCol="prediction",
            latentCol="latent",
            latentVarianceCol="",
            reconstructionCol="",
            errorMapCol="",
            regionsCol="",
            maskCol="",
        )

    @keyword_only
    def setParams(
        self: P,
        *,
        architecture: str = "dense",
        hidden: Sequence[int] = (400,),
        latentDim: int = 20,
        activation: str = "relu",
        outputActivation: str = "sigmoid",
        filters: Sequence[int] = (32, 64, 128),
        kernelSize: int = 3,
        stride: int = 2,
        normalization: str = "none",
        downsampling: str = "strided",
        upsampling: str = "transposed",
        loss: str = "bce",
        sigma: float = 0.1,
        learnSigma: bool = False,
        beta: float = 1.0,
        klWarmupEpochs: float = 0.0,
        freeBits: float = 0.0,
        activityPenalty: float = 0.0,
        solver: str = "adam",
        stepSize: float = 0.001,
        stepSizeSchedule: str = "constant",
        decayEpochs: int = 10,
        decayRate: float = 0.5,
        warmupEpochs: float = 0.0,
        weightDecay: float = 0.0,
        gradientClipNorm: float = 0.0,
        momentum: float = 0.9,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1.0E-8,
        stepSizeScaling: str = "sqrt",
        epochs: int = 20,
        batchSize: int = 128,
        seed: int = 1,
        validationFraction: float = 0.0,
        patience: int = 5,
        numWorkers: int = 0,
        threadsPerWorker: int = 0,
        averagingFrequency: int = 0,
        outerMomentum: float = -1.0,
        outerStepSize: float = 1.0,
        updaterState: str = "average",
        synchronousEpochs: float = 0.0,
        flip: str = "none",
        shift: int = 0,
        corruption: str = "none",
        corruptionLevel: float = 0.2,
        imageCol: str = "image",
        inputEncoding: str = "encoded",
        inputMin: float = 0.0,
        inputMax: float = 1.0,
        idCol: str = "id",
        handleInvalid: str = "error",
        height: int = 0,
        width: int = 0,
        channels: int = 0,
        patchSize: int = 0,
        patchStride: int = 0,
        standardization: str = "none",
        backbone: str = "",
        backboneOutputs: str = "",
        backboneSize: int = 0,
        backboneGrid: int = 0,
        backboneMean: str = "0.485,0.456,0.406",
        backboneStd: str = "0.229,0.224,0.225",
        initModel: str = "",
        checkpointDir: str = "",
        checkpointInterval: int = 1,
        resume: bool = False,
        keepCheckpoints: int = 2,
        contamination: float = 0.01,
        calibrationFraction: float = 0.1,
        pixelContamination: float = 0.001,
        errorSmoothing: int = 1,
        scoreMethod: str = "reconstructionError",
        scoreSamples: int = 10,
        patchQuantile: float = 1.0,
        reconstructionErrorCol: str = "reconstructionError",
        anomalyScoreCol: str = "anomalyScore",
        predictionCol: str = "prediction",
        latentCol: str = "latent",
        latentVarianceCol: str = "",
        reconstructionCol: str = "",
        errorMapCol: str = "",
        regionsCol: str = "",
        maskCol: str = "",
    ) -> P:
        """Sets every param that is given."""
        return self._set(**self._input_kwargs)  # type: ignore[attr-defined]


class AnomalyEvaluatorParams(EvaluatorParams, Constructed):
    """Every param of ``ai.narrows.ml.AnomalyEvaluator`` as a keyword."""

    @keyword_only
    def __init__(
        self,
        *,
        metricName: str = "auroc",
        anomalous: str = "label <> 0",
        anomalyScoreCol: str = "anomalyScore",
        predictionCol: str = "prediction",
        reconstructionErrorCol: str = "reconstructionError",
    ) -> None:
        """
        Parameters
        ----------
        metricName : str, default "auroc"
            Metric: auroc, averagePrecision, f1 (of the predictions) or reconstructionError (mean; lower is better).
        anomalous : str, default "label <> 0"
            SQL condition that is true for anomalous rows.
        anomalyScoreCol : str, default "anomalyScore"
            Input column of anomaly scores, higher is more anomalous.
        predictionCol : str, default "prediction"
            Input column of predictions, 1 or 0, for metric f1.
        reconstructionErrorCol : str, default "reconstructionError"
            Input column of reconstruction errors.
        """
        super().__init__()
        self._construct("ai.narrows.ml.AnomalyEvaluator", self._input_kwargs)

    def _set_defaults(self) -> None:
        self._setDefault(
            metricName="auroc",
            anomalous="label <> 0",
            anomalyScoreCol="anomalyScore",
            predictionCol="prediction",
            reconstructionErrorCol="reconstructionError",
        )

    @keyword_only
    def setParams(
        self: P,
        *,
        metricName: str = "auroc",
        anomalous: str = "label <> 0",
        anomalyScoreCol: str = "anomalyScore",
        predictionCol: str = "prediction",
        reconstructionErrorCol: str = "reconstructionError",
    ) -> P:
        """Sets every param that is given."""
        return self._set(**self._input_kwargs)  # type: ignore[attr-defined]
