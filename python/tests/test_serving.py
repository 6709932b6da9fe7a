"""Models as ONNX files: the file is sound, its scores are those of Spark, and the Python of docs/serving.md runs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pyspark.sql import DataFrame, SparkSession

import narrows

from .conftest import FASHION, ROOT

onnx = pytest.importorskip("onnx", reason="python/requirements.txt has it for Python 3.11 and newer")
onnxruntime = pytest.importorskip("onnxruntime", reason="as onnx")
testclient = pytest.importorskip("fastapi.testclient", reason="as onnx")

SERVICE = "## A web service\n"
TOLERANCE = 1e-5  # of a score; latents are as near in absolute terms
BATCHES = (1, 3, 7)


def blocks(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


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


def dense(images: DataFrame) -> narrows.AutoencoderModel:
    return narrows.Autoencoder(hidden=[32], latentDim=4, epochs=2, numWorkers=2, seed=3).fit(images)


def convolutional(images: DataFrame) -> narrows.AutoencoderModel:
    estimator = narrows.Autoencoder(
        architecture="convolutional", filters=[4, 8], latentDim=4, epochs=1, numWorkers=2, seed=3
    )
    return estimator.fit(images)


def variational(images: DataFrame) -> narrows.VariationalAutoencoderModel:
    return narrows.VariationalAutoencoder(hidden=[32], latentDim=2, epochs=2, numWorkers=2, seed=3).fit(images)


def patches(images: DataFrame) -> narrows.AutoencoderModel:
    return narrows.Autoencoder(patchSize=14, hidden=[16], latentDim=4, epochs=1, numWorkers=2, seed=3).fit(images)


@pytest.mark.parametrize(
    ("fit", "options"),
    [(dense, {}), (convolutional, {}), (variational, {}), (patches, {"imageSize": (28, 28)})],
    ids=["dense", "convolutional", "variational", "patches"],
)
def test_sound_with_batches_of_any_size(
    fit: Callable[[DataFrame], narrows.AutoencoderModel], options: dict[str, Any], trousers: DataFrame
) -> None:
    model = fit(trousers)
    file = model.toOnnx(**options)
    checked = onnx.load_model_from_string(file)
    onnx.checker.check_model(checked, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(checked, check_type=True, strict_mode=True, data_prop=True)
    known = {value.name for value in inferred.graph.value_info} | {value.name for value in inferred.graph.output}
    assert {name for node in checked.graph.node for name in node.output} <= known
    images, rows = images_of(model.transform(trousers.limit(sum(BATCHES))))
    session = onnxruntime.InferenceSession(file)
    together = session.run(None, {"image": images})
    np.testing.assert_allclose(together[0], [row.anomalyScore for row in rows], rtol=TOLERANCE)
    assert together[1].tolist() == [row.prediction for row in rows]
    parts = np.split(images, np.cumsum(BATCHES)[:-1])
    assert [len(part) for part in parts] == list(BATCHES)
    apart = [np.concatenate(of_each) for of_each in zip(*(session.run(None, {"image": p}) for p in parts), strict=True)]
    for output, one, other in zip(session.get_outputs(), together, apart, strict=True):
        absolute = TOLERANCE if output.name == "latent" else 0
        np.testing.assert_allclose(other, one, rtol=TOLERANCE, atol=absolute, err_msg=output.name)


def test_a_thousand_images(model: narrows.AutoencoderModel, spark: SparkSession) -> None:
    thousand = spark.read.format("idx").load(str(FASHION)).where("index < 1000")
    images, rows = images_of(model.transform(thousand))
    assert len(rows) == 1000
    scores, predictions = onnxruntime.InferenceSession(model.toOnnx()).run(
        ["anomalyScore", "prediction"], {"image": images}
    )
    expected = np.array([row.anomalyScore for row in rows])
    np.testing.assert_allclose(scores, expected, rtol=TOLERANCE)
    clear = np.abs(expected - model.getThreshold()) > TOLERANCE * model.getThreshold()
    assert clear.sum() > 990
    assert predictions[clear].tolist() == [
        row.prediction for row, is_clear in zip(rows, clear, strict=True) if is_clear
    ]
    assert 0 < predictions.sum() < 1000


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
    before_service, service = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8").split(SERVICE)
    after_service = service[service.index("\n## ") :]
    run = blocks(before_service + after_service)
    assert len(run) == 3
    narrows.sample_parts(tmp_path / "parts", size=48, train=30, test=10)
    images = spark.read.format("imagefolder").load(str(tmp_path / "parts/train"))
    model = narrows.Autoencoder(height=32, width=32, channels=1, hidden=[32], latentDim=8, epochs=2).fit(images)
    pictures = tmp_path / "parts/test/good"
    picture = sorted(pictures.glob("*.png"))[0]
    names: dict[str, Any] = {"model": model, "picture": picture, "pictures": str(pictures), "spark": spark}
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        for block in run:
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


def service(file: bytes, folder: Path) -> Any:
    """A client of the page's web service, which serves this file."""
    page = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    (block,) = blocks(page.split(SERVICE)[1].split("\n## ")[0])
    (folder / "parts.onnx").write_bytes(file)
    names: dict[str, Any] = {}
    before = Path.cwd()
    os.chdir(folder)
    try:
        exec(compile(block, "service.py", "exec"), names)
    finally:
        os.chdir(before)
    return testclient.TestClient(names["app"])


@pytest.mark.parametrize(
    ("channels", "orders"), [(1, ["bgr"]), (3, ["rgb", "bgr"]), (4, ["rgb"])], ids=["gray", "color", "alpha"]
)
def test_the_web_service(
    channels: int, orders: list[str], spark: SparkSession, tmp_path: Path, rng: np.random.Generator
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for i in range(24):
        slope = np.linspace(rng.integers(40), rng.integers(120, 256, size=channels), 48).astype(np.uint8)
        pixels = np.repeat(slope[np.newaxis], 40, axis=0)
        Image.fromarray(pixels.squeeze()).save(pictures / f"{i:02}.png")
    images = spark.read.format("imagefolder").load(str(pictures))
    estimator = narrows.Autoencoder(height=20, width=24, channels=min(channels, 3), hidden=[16], latentDim=2, epochs=2)
    model = estimator.fit(images)
    rows = model.transform(images).collect()
    assert len(rows) == 24
    for order in orders:
        client = service(model.toOnnx(imageSize=(40, 48), imageChannels=channels, channelOrder=order), tmp_path)
        for row in rows:
            content = (pictures / row.id.split("/")[-1]).read_bytes()
            answer = client.post("/score", files={"image": ("a.png", content)})
            assert answer.status_code == 200, answer.text
            assert set(answer.json()) == {"score", "prediction", "threshold"}
            assert answer.json()["score"] == pytest.approx(row.anomalyScore, rel=TOLERANCE)
            assert answer.json()["threshold"] == model.getThreshold()
            if abs(row.anomalyScore - model.getThreshold()) > TOLERANCE * model.getThreshold():
                assert answer.json()["prediction"] == row.prediction


def test_what_the_web_service_refuses(model: narrows.AutoencoderModel, tmp_path: Path) -> None:
    client = service(model.toOnnx(), tmp_path)

    def refused(name: str, content: bytes) -> str:
        answer = client.post("/score", files={"image": (name, content)})
        assert answer.status_code == 422
        return str(answer.json()["detail"])

    file = tmp_path / "image.png"
    Image.fromarray(np.random.default_rng(1).integers(256, size=(28, 28), dtype=np.uint8)).save(file)
    whole = file.read_bytes()
    assert client.post("/score", files={"image": ("a.png", whole)}).status_code == 200
    for content in (b"no image", b"", whole[: len(whole) // 2]):
        assert refused("a.png", content) == "a.png cannot be decoded: send a PNG or JPEG file"
    Image.new("L", (30, 20)).save(file)
    assert refused("small.png", file.read_bytes()) == "small.png has 30 x 20 pixels, not 28 x 28"
