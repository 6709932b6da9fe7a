"""Models as ONNX files: the file is sound, its scores are those of Spark, and the Python of docs/serving.md runs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession

import narrows

from .conftest import ROOT

onnx = pytest.importorskip("onnx", reason="python/requirements.txt has it for Python 3.11 and newer")
onnxruntime = pytest.importorskip("onnxruntime", reason="as onnx")


def images_of(rows: DataFrame) -> tuple[np.ndarray, list[Any]]:
    """Images [n, height, width, channels] as they are in Spark, and their rows."""
    taken = rows.collect()
    shape = (-1, taken[0].image.height, taken[0].image.width, taken[0].image.nChannels)
    return np.concatenate([np.frombuffer(row.image.data, np.uint8) for row in taken]).reshape(shape), taken


def test_scores_are_those_of_spark(model: narrows.AutoencoderModel, trousers: DataFrame) -> None:
    file = model.toOnnx()
    checked = onnx.load_model_from_string(file)
    onnx.checker.check_model(checked, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(checked, strict_mode=True, data_prop=True)
    assert [output.name for output in inferred.graph.output] == [
        "anomalyScore",
        "prediction",
        "reconstructionError",
        "latent",
    ]
    assert {node.domain for node in checked.graph.node} == {""}
    images, rows = images_of(model.transform(trousers.limit(50)))
    session = onnxruntime.InferenceSession(file)
    scores, predictions, errors, latents = session.run(None, {"image": images})
    np.testing.assert_allclose(scores, [row.anomalyScore for row in rows], rtol=1e-5)
    np.testing.assert_allclose(errors, [row.reconstructionError for row in rows], rtol=1e-5)
    assert predictions.tolist() == [row.prediction for row in rows]
    np.testing.assert_allclose(latents, [row.latent.toArray() for row in rows], atol=1e-5, rtol=1e-5)


def test_every_option(vae: narrows.VariationalAutoencoderModel) -> None:
    shape = vae.imageShape
    whole = vae.toOnnx(floatInput=True, withReconstruction=True, withErrorMap=True, withLatentVariance=True)
    session = onnxruntime.InferenceSession(whole)
    assert [output.name for output in session.get_outputs()][3:] == [
        "latent",
        "latentVariance",
        "reconstruction",
        "errorMap",
    ]
    assert session.get_inputs()[0].type == "tensor(float)"
    decoder = onnxruntime.InferenceSession(vae.toOnnx(part="decoder"))
    latent = np.ones((1, vae.latentDim), np.float32)
    (decoded,) = decoder.run(None, {"latent": latent})
    assert decoded.shape == (1, shape.height, shape.width, shape.channels)
    np.testing.assert_allclose(decoded[0, :, :, 0], vae.decode(latent[0]), atol=1e-5)
    for part in ("encoder", "decoder"):
        onnx.checker.check_model(onnx.load_model_from_string(vae.toOnnx(part=part)), full_check=True)


def test_what_cannot_be_exported(model: narrows.AutoencoderModel) -> None:
    with pytest.raises(narrows.InputError, match="imageSize is 5x6, but the model takes images of 28x28"):
        model.toOnnx(imageSize=(5, 6))
    with pytest.raises(narrows.InputError, match="part must be one of model, encoder, decoder"):
        model.toOnnx(part="all")


def test_the_blocks_of_the_page_run(spark: SparkSession, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 3
    narrows.sample_parts(tmp_path / "parts", size=48, train=30, test=10)
    images = spark.read.format("imagefolder").load(str(tmp_path / "parts/train"))
    model = narrows.Autoencoder(height=32, width=32, channels=1, hidden=[32], latentDim=8, epochs=2).fit(images)
    pictures = tmp_path / "parts/test/good"
    picture = sorted(pictures.glob("*.png"))[0]
    names: dict[str, Any] = {"model": model, "picture": picture, "pictures": str(pictures), "spark": spark}
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        for block in blocks:
            exec(compile(block, "docs/serving.md", "exec"), names)
        scored = {row.path.removeprefix("file:"): row.anomalyScore for row in names["scored"].collect()}
    finally:
        os.chdir(before)
    expected = {
        row.id.split("/")[-1]: row.anomalyScore
        for row in model.transform(spark.read.format("imagefolder").load(str(pictures))).collect()
    }
    assert {Path(path).name for path in scored} == set(expected)
    for path, score in scored.items():
        assert score == pytest.approx(expected[Path(path).name], rel=1e-5)
    assert names["scores"][0] == pytest.approx(expected[picture.name], rel=1e-5)
