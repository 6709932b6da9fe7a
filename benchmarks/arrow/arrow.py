"""
Images per second between NumPy and Spark: narrows.from_numpy and narrows.to_numpy against rows.

    python benchmarks/arrow/arrow.py [--turns 5]

Run it with an installed narrows and nothing beside it. Each turn does all four on the same images, one after the other; the
figures are the median and the range over the turns, in images per second, and the ratio of the medians.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from pyspark.ml.image import ImageSchema
from pyspark.sql import DataFrame, SparkSession, functions
from pyspark.sql.types import StringType, StructType

import narrows

SHAPES = [(20_000, 28, 28), (500, 256, 256, 3)]


def touched(frame: DataFrame) -> int:
    """Bytes of all images, which every row has to be read for."""
    return int(frame.agg(functions.sum(functions.length("image.data"))).first()[0])


def by_rows(spark: SparkSession, images: np.ndarray) -> DataFrame:
    """A DataFrame as PySpark makes it of a list of tuples."""
    height, width = images.shape[1:3]
    channels = images.shape[3] if images.ndim == 4 else 1
    mode = 0 if channels == 1 else 16
    rows = [
        (str(i), ("", height, width, channels, mode, bytearray((image[..., ::-1] if channels == 3 else image).tobytes())))
        for i, image in enumerate(images)
    ]
    return spark.createDataFrame(rows, StructType().add("id", StringType()).add("image", ImageSchema.columnSchema))


def from_rows(frame: DataFrame, shape: tuple[int, ...]) -> np.ndarray:
    """An array of the rows that collect gives."""
    data = [np.frombuffer(row.image.data, np.uint8).reshape(shape[1:]) for row in frame.collect()]
    return np.stack(data)[..., ::-1] if len(shape) == 4 else np.stack(data)


def timed(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=5)
    turns = parser.parse_args().turns
    spark = narrows.start("local[2]", memory="4g")
    spark.sparkContext.setLogLevel("ERROR")
    print("| images | way | Arrow, images/s | rows, images/s | ratio |\n|---|---|---|---|---|")
    for shape in SHAPES:
        images = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
        cached = narrows.from_numpy(images).cache()
        assert touched(cached) == images.size
        assert np.array_equal(narrows.to_numpy(cached), from_rows(cached, shape))
        works: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
            "to Spark": (lambda: touched(narrows.from_numpy(images)), lambda: touched(by_rows(spark, images))),
            "to NumPy": (lambda: narrows.to_numpy(cached), lambda: from_rows(cached, shape)),
        }
        for way, (arrow, rows) in works.items():
            speeds: list[list[float]] = [[], []]
            for turn in range(turns + 1):
                for place, work in enumerate((arrow, rows)):
                    speed = shape[0] / timed(work)
                    if turn > 0:  # the first warms up
                        speeds[place].append(speed)
            medians = [statistics.median(each) for each in speeds]
            cells = [f"{medians[i]:,.0f} ({min(speeds[i]):,.0f}-{max(speeds[i]):,.0f})" for i in range(2)]
            name = f"{shape[0]:,} of {'x'.join(map(str, shape[1:]))}"
            print(f"| {name} | {way} | {cells[0]} | {cells[1]} | {medians[0] / medians[1]:.1f} |", flush=True)
        cached.unpersist()
    spark.stop()


if __name__ == "__main__":
    main()
