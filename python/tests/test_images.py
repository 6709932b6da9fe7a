"""Arrays, PIL images and folders into DataFrames and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pyspark.ml.image import ImageSchema
from pyspark.sql import SparkSession, functions

import narrows


@pytest.mark.parametrize("shape", [(5, 4, 6), (5, 4, 6, 1), (5, 4, 6, 3), (1, 1, 1)])
def test_arrays_come_back(spark: SparkSession, rng: np.random.Generator, shape: tuple[int, ...]) -> None:
    images = rng.integers(0, 256, shape, dtype=np.uint8)
    frame = narrows.from_numpy(images)
    fields: Any = frame.schema["image"].dataType
    assert [(f.name, f.dataType) for f in fields] == [(f.name, f.dataType) for f in ImageSchema.columnSchema]
    assert np.array_equal(narrows.to_numpy(frame), images[..., 0] if shape[-1] == 1 and len(shape) == 4 else images)
    assert [row.id for row in frame.select("id").collect()] == [str(i) for i in range(shape[0])]


def test_colors_are_stored_as_spark_has_them(spark: SparkSession, tmp_path: Path, rng: np.random.Generator) -> None:
    pixels = rng.integers(0, 256, (7, 5, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    theirs = spark.read.format("imagefolder").load(str(tmp_path)).select("image.*").drop("origin").first()
    for frame in (
        narrows.from_numpy(pixels[np.newaxis]),
        narrows.from_pil([Image.fromarray(pixels)]),
    ):
        assert frame.select("image.*").drop("origin").first() == theirs
    assert np.array_equal(np.asarray(narrows.to_pil(spark.read.format("image").load(str(tmp_path)))[0]), pixels)


def test_large_arrays_are_cut_into_partitions(spark: SparkSession, rng: np.random.Generator) -> None:
    images = rng.integers(0, 256, (70, 512, 256, 3), dtype=np.uint8)  # 27 MB
    frame = narrows.from_numpy(images, ids=[f"x{i}" for i in range(70)], columns={"label": np.arange(70)})
    assert frame.rdd.getNumPartitions() > 1
    assert np.array_equal(narrows.to_numpy(frame), images)
    assert narrows.to_numpy(frame, "label").tolist() == list(range(70))
    assert narrows.to_numpy(frame, "id")[69] == "x69"


def test_slices_strides_and_orders(spark: SparkSession, rng: np.random.Generator) -> None:
    images = rng.integers(0, 256, (6, 8, 8, 3), dtype=np.uint8)
    for view in (images[::2], images[:, ::-1], np.asfortranarray(images), images[:, 1:5, 2:7]):
        assert np.array_equal(narrows.to_numpy(narrows.from_numpy(view)), view)
    frame = narrows.from_numpy(images).repartition(3, "id").orderBy(functions.desc("id"))
    assert np.array_equal(narrows.to_numpy(frame), images[::-1])
    assert np.array_equal(narrows.to_numpy(frame.where("id = '4'")), images[4:5])


def test_floats_and_bools_are_rounded_as_everywhere(spark: SparkSession) -> None:
    values = np.arange(256, dtype=np.float64).reshape(1, 16, 16)
    assert np.array_equal(narrows.to_numpy(narrows.from_numpy(values / 255)), values)
    for dtype in (np.float16, np.float32):
        assert np.array_equal(narrows.to_numpy(narrows.from_numpy((values / 255).astype(dtype))), values)
    assert narrows.to_numpy(narrows.from_numpy(np.array([[[True, False]]]))).tolist() == [[[255, 0]]]


def test_raw_pixels_train_the_same_model(spark: SparkSession, rng: np.random.Generator) -> None:
    images = rng.integers(0, 256, (20, 6, 5, 3), dtype=np.uint8)
    settings: dict[str, Any] = {"height": 6, "width": 5, "channels": 3, "hidden": [8], "epochs": 1, "numWorkers": 1}
    one = narrows.Autoencoder(**settings).fit(narrows.from_numpy(images))
    two = narrows.Autoencoder(inputEncoding="raw", **settings).fit(narrows.from_numpy(images, raw=True))
    assert np.array_equal(one.parameters, two.parameters)


def test_pil_images_of_every_mode(spark: SparkSession, tmp_path: Path, rng: np.random.Generator) -> None:
    rgba = Image.fromarray(rng.integers(0, 256, (6, 6, 4), dtype=np.uint8))
    images = [
        Image.fromarray(rng.integers(0, 256, (6, 7), dtype=np.uint8)),
        Image.fromarray(rng.integers(0, 256, (5, 6, 3), dtype=np.uint8)),
        rgba,
        rgba.convert("LA"),
        rgba.convert("RGB").convert("P"),
        rgba.quantize(16),
        rgba.convert("1"),
        Image.fromarray(rng.integers(0, 65536, (6, 7), dtype=np.uint16)),
    ]
    for place, image in enumerate(images):
        image.save(tmp_path / f"{place}.png")
    theirs = spark.read.format("imagefolder").load(str(tmp_path)).orderBy("id").select("image.*").drop("origin")
    mine = narrows.from_pil(images).select("image.*").drop("origin")
    for place, (a, b) in enumerate(zip(mine.collect(), theirs.collect(), strict=True)):
        assert a[:4] == b[:4], images[place].mode
        difference = np.abs(np.frombuffer(a.data, np.uint8).astype(int) - np.frombuffer(b.data, np.uint8))
        assert difference.max() <= 1, images[place].mode
    with pytest.raises(narrows.InputError, match="image 0 has mode F"):
        narrows.from_pil([Image.new("F", (2, 2))])
    with pytest.raises(TypeError, match="item 1 is a ndarray"):
        narrows.from_pil([Image.new("L", (2, 2)), np.zeros((2, 2))])  # type: ignore[list-item]
    with pytest.raises(narrows.InputError, match="the list is empty"):
        narrows.from_pil([])


def test_folders(spark: SparkSession, tmp_path: Path, rng: np.random.Generator) -> None:
    for name in ("a.png", "b/c.JPG", ".hidden.png", "_tmp/d.png", "b/notes.txt", "ünï çödé.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        image = Image.fromarray(rng.integers(0, 256, (6, 7), dtype=np.uint8))
        image.save(tmp_path / name, format="JPEG" if name.endswith("JPG") else "PNG")
    frame = narrows.from_folder(tmp_path)
    assert [row.id for row in frame.orderBy("id").select("id").collect()] == ["a.png", "b/c.JPG", "ünï çödé.png"]
    fitted = narrows.Autoencoder(height=6, width=7, channels=1, hidden=[8], epochs=1, numWorkers=1).fit(frame)
    assert fitted.summary.rows == 3
    theirs = spark.read.format("imagefolder").load(str(tmp_path))
    assert sorted(map(float, narrows.to_numpy(fitted.transform(theirs), "anomalyScore"))) == sorted(
        map(float, narrows.to_numpy(fitted.transform(frame), "anomalyScore"))
    )
    with pytest.raises(narrows.InputError, match="is not a folder on this machine"):
        narrows.from_folder(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(narrows.InputError, match="there are no image files below"):
        narrows.from_folder(tmp_path / "empty")


def test_columns_of_other_kinds(spark: SparkSession) -> None:
    frame = spark.sql(
        "SELECT id, id > 1 AS flag, array(id, id + 1) AS pair, array(1.5F, 2F) AS floats, string(id) AS text "
        "FROM range(3)"
    )
    assert narrows.to_numpy(frame, "id").tolist() == [0, 1, 2]
    assert narrows.to_numpy(frame, "flag").tolist() == [False, False, True]
    assert narrows.to_numpy(frame, "pair").tolist() == [[0, 1], [1, 2], [2, 3]]
    assert narrows.to_numpy(frame, "floats").dtype == np.float32
    assert narrows.to_numpy(frame, "text").tolist() == ["0", "1", "2"]


BAD_ARRAYS: list[tuple[Any, str]] = [
    (np.zeros((4, 4)), "add an axis in front for a single image"),
    (np.zeros(4), r"have the shape \(4,\)"),
    (np.zeros((2, 3, 8, 8)), r"channels come last: use images.transpose\(0, 2, 3, 1\)"),
    (np.zeros((2, 8, 8, 4)), "leave out the alpha channel"),
    (np.zeros((2, 8, 8, 2)), "must have 1 or 3 channels"),
    (np.zeros((0, 8, 8)), "there are no pixels"),
    (np.zeros((2, 8, 8), np.int64), "are int64: convert values from 0 to 255 with"),
    (np.zeros((2, 8, 8), complex), "are complex128"),
    (np.full((2, 2, 2), np.nan), "image 0 has nan at row 0, column 0"),
    (np.full((2, 2, 2), 99.5), "has 99.5 at row 0, column 0; divide by 255"),
    (np.full((2, 2, 2), 1 + 1e-12), r"has 1\.\d+ at row 0, column 0$"),
    (
        np.ma.masked_array(np.zeros((2, 2, 2), np.uint8), mask=np.ones((2, 2, 2))),
        r"fill them first, with images.filled",
    ),
    (np.zeros((8, 8, 3), np.uint8), "may be one color image or grayscale images 3 wide: use images"),
    (np.array([[[0.0, 0.5], [0.1, -0.25]]]), "image 0 has -0.25 at row 1, column 1"),
    (np.full((1, 2, 2), np.inf), "has inf"),
    ("images", "have the shape|but are <U6|but are str"),
    ([[[1, 2], [3]]], "must be one array of numbers, but are list: use numpy.stack"),
    ([np.zeros((4, 4)), np.zeros((3, 4))], "narrows.from_pil for images of different sizes"),
    (None, "must be one array of numbers, but are NoneType"),
]


@pytest.mark.parametrize(("array", "message"), BAD_ARRAYS)
def test_arrays_that_are_no_images(spark: SparkSession, array: Any, message: str) -> None:
    with pytest.raises((narrows.InputError, ValueError), match=message):
        narrows.from_numpy(array)


def test_arguments_that_do_not_fit(spark: SparkSession) -> None:
    images = np.zeros((2, 4, 4), np.uint8)
    with pytest.raises(narrows.InputError, match="there are 2 images, but 1 ids"):
        narrows.from_numpy(images, ids=["a"])
    with pytest.raises(narrows.InputError, match="the column 'label' has 3 values"):
        narrows.from_numpy(images, columns={"label": [1, 2, 3]})
    for name in ("image", "ID"):
        with pytest.raises(narrows.InputError, match=f"the column '{name}' is there already"):
            narrows.from_numpy(images, columns={name: [1, 2]})
    with pytest.raises(narrows.InputError, match="the column 'label' cannot be used"):
        narrows.from_numpy(images, columns={"label": [1, "b"]})
    with pytest.raises(TypeError, match="the column 'label' needs a list or an array of 2 values, but got int"):
        narrows.from_numpy(images, columns={"label": 3})
    with pytest.raises(narrows.InputError, match="ids are text or whole numbers, but id 1 is nan"):
        narrows.from_numpy(images, ids=["a", float("nan")])


def test_labels_of_every_type_of_numpy(spark: SparkSession) -> None:
    images = np.zeros((2, 4, 4), np.uint8)
    for dtype in ("uint8", "uint16", "uint32", "uint64", "int8", "float16", "float32", "bool"):
        frame = narrows.from_numpy(images, ids=["a", None], columns=pd.DataFrame({"label": np.array([1, 0], dtype)}))
        assert narrows.to_numpy(frame, "label").tolist() == [1, 0], dtype
        assert [row.id for row in frame.collect()] == ["a", None]


def test_names_with_dots(spark: SparkSession) -> None:
    frame = spark.sql("SELECT 1 AS `a.b`, named_struct('b', 2) AS a, 3 AS `c``d`")
    assert narrows.to_numpy(frame, "a.b").tolist() == [1]
    assert narrows.to_numpy(frame.drop("a.b"), "a.b").tolist() == [2]
    assert narrows.to_numpy(frame, "c`d").tolist() == [3]


def test_structs_that_are_no_images(spark: SparkSession) -> None:
    frame = narrows.from_numpy(np.zeros((2, 2, 2), np.uint8)).orderBy("id")
    shifted = frame.withColumn(
        "image",
        functions.col("image").withField("data", functions.expr("IF(id = '0', X'000000', X'0000000000')")),
    )
    for act in (narrows.to_numpy, narrows.to_pil):
        with pytest.raises(
            narrows.InputError, match="row 0 of column 'image' is 2x2x1 and must have 4 bytes, but has 3"
        ):
            act(shifted)
        with pytest.raises(narrows.InputError, match="row 0 of column 'image' is 2x2x1 of mode 5"):
            act(frame.withColumn("image", functions.col("image").withField("mode", functions.lit(5))))


def test_columns_that_are_no_arrays(spark: SparkSession) -> None:
    frame = spark.sql(
        "SELECT named_struct('a', 1) AS s, binary('x') AS b, IF(id = 0, NULL, array(1)) AS n FROM range(2)"
    )
    for column in ("s", "b"):
        with pytest.raises(narrows.InputError, match=f"column '{column}' is of type"):
            narrows.to_numpy(frame, column)
    with pytest.raises(narrows.InputError, match="null in 1 of 2 rows"):
        narrows.to_numpy(frame, "n")
    with pytest.raises(narrows.InputError, match="nothing"):
        narrows.to_numpy(frame, "nothing")
    lists = spark.sql("SELECT sequence(0, id) AS a FROM range(3)")
    with pytest.raises(narrows.InputError, match="different lengths, from 1 to 3"):
        narrows.to_numpy(lists, "a")
    mixed = narrows.from_pil([Image.new("L", (2, 3)), Image.new("L", (3, 2))])
    with pytest.raises(narrows.InputError, match="different sizes, such as 2x3x1 and 3x2x1: use to_pil"):
        narrows.to_numpy(mixed)
    assert [image.size for image in narrows.to_pil(mixed)] == [(2, 3), (3, 2)]
    nulls = mixed.withColumn("image", functions.when(functions.col("id") == "0", functions.col("image")))
    with pytest.raises(narrows.InputError, match="null in 1 of 2 rows"):
        narrows.to_numpy(nulls)
    with pytest.raises(narrows.InputError, match="row 1 of column 'image' is null"):
        narrows.to_pil(nulls)
    with pytest.raises(narrows.InputError, match="must hold image structs"):
        narrows.to_pil(frame, "b")
    with pytest.raises(narrows.InputError, match="has no rows"):
        narrows.to_numpy(mixed.limit(0))
