"""What all tests share: one Spark session with the jar, small images, a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession

import narrows

matplotlib.use("Agg")
os.environ["PYSPARK_PYTHON"] = sys.executable

ROOT = Path(__file__).resolve().parents[2]
FASHION = ROOT / "data" / "fashion-mnist" / "t10k-images-idx3-ubyte.gz"


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    os.chdir(tmp_path_factory.mktemp("cwd"))  # where Spark leaves its warehouse
    session = narrows.start("local[2]", config={"spark.sql.shuffle.partitions": 2})
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def clothes(spark: SparkSession) -> DataFrame:
    """300 images with labels from 0 to 9."""
    return spark.read.format("idx").load(str(FASHION)).where("index < 300").cache()


@pytest.fixture(scope="session")
def trousers(clothes: DataFrame) -> DataFrame:
    return clothes.where("label = 1")


@pytest.fixture(scope="session")
def model(trousers: DataFrame) -> narrows.AutoencoderModel:
    return narrows.Autoencoder(hidden=[32], latentDim=4, epochs=3, batchSize=8, numWorkers=2, seed=7).fit(trousers)


@pytest.fixture(scope="session")
def vae(clothes: DataFrame) -> narrows.VariationalAutoencoderModel:
    return narrows.VariationalAutoencoder(hidden=[32], latentDim=2, epochs=2, numWorkers=2, seed=7).fit(clothes)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)
