#!/usr/bin/env python3
"""Scores a Parquet table of images with an autoencoder of reference in PyTorch, as a PySpark job in a pandas_udf.

The table has the columns id (string) and image (Spark's image struct of 28x28 grey images); out goes Parquet with id,
reconstructionError (double) and latent (array<float>). The weights are read on the driver and broadcast; each task
builds the network once and takes its rows in Arrow batches.

The last line on stdout is "RESULT " and a JSON object: seconds (of reading, scoring and writing alone) and rows.
"""

import argparse
import json
import os
import sys
import time

FEATURES = 784


def main():
    options = parse()
    if options.make_weights:
        make_weights(options.make_weights, options.seed)
    if not options.input:
        return 0
    # without these a worker's BLAS would start threads of its own on every core
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ.pop("SPARK_HOME", None)  # pyspark brings its own
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.appName("pandas_udf")
        .master(options.master)
        .config("spark.driver.memory", options.driver_memory)
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", options.batch)
        .getOrCreate()
    )
    try:
        spark.sparkContext.setLogLevel("WARN")
        spark.sparkContext.addPyFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "networks.py"))
        weights = load_weights(options.weights)
        start = time.perf_counter()
        score(spark, options, weights)
        seconds = time.perf_counter() - start
        rows = spark.read.parquet(options.output).count()
        failed = options.check and not check(spark, options, weights)
    finally:
        spark.stop()
    if failed:
        return 1
    print("RESULT " + json.dumps({"seconds": round(seconds, 3), "rows": rows}), flush=True)
    return 0


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", metavar="DIR", help="the table")
    parser.add_argument("--output", metavar="DIR", help="must not be there yet")
    parser.add_argument("--weights", metavar="FILE", help=".npz of the network's arrays by name")
    parser.add_argument("--make-weights", metavar="FILE", help="write random weights, before anything else")
    parser.add_argument("--seed", type=int, default=1, help="of the random weights")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--driver-memory", default="4g")
    parser.add_argument("--batch", type=int, default=1000, help="rows of an Arrow batch")
    parser.add_argument("--through", choices=["pandas_udf", "mapInArrow"], default="pandas_udf")
    parser.add_argument("--check", action="store_true", help="compare some rows with a forward pass in numpy")
    options = parser.parse_args()
    if options.make_weights and not os.path.splitext(options.make_weights)[1] == ".npz":
        parser.error(f"--make-weights must end in .npz, but is {options.make_weights}")
    if not (options.input or options.make_weights):
        parser.error("--input or --make-weights is required")
    if options.batch < 1:
        parser.error(f"--batch must be at least 1, but is {options.batch}")
    if options.input:
        options.weights = options.weights or options.make_weights
        if not (options.output and options.weights):
            parser.error("--input needs --output and --weights")
        if not os.path.exists(options.input):
            parser.error(f"no table {options.input}")
        if not (options.make_weights or os.path.isfile(options.weights)):
            parser.error(f"no file {options.weights}")
        if os.path.exists(options.output):
            parser.error(f"{options.output} is there already")
    return options


def make_weights(file, seed):
    import numpy
    import torch

    from networks import Autoencoder

    torch.manual_seed(seed)
    numpy.savez(file, **{name: array.numpy() for name, array in Autoencoder().state_dict().items()})


def load_weights(file):
    import numpy

    with numpy.load(file) as arrays:
        return {name: arrays[name] for name in arrays.files}


def score(spark, options, weights):
    """Reads the table, scores it and writes what comes out."""
    broadcast = spark.sparkContext.broadcast(weights)
    table = spark.read.parquet(options.input)
    if options.through == "pandas_udf":
        scored = with_pandas_udf(table, broadcast)
    else:
        scored = with_map_in_arrow(table, broadcast)
    scored.write.parquet(options.output)


def with_pandas_udf(table, broadcast):
    from typing import Iterator

    import pandas
    from pyspark.sql.functions import pandas_udf

    @pandas_udf("reconstructionError double, latent array<float>")
    def autoencoder(batches: Iterator[pandas.Series]) -> Iterator[pandas.DataFrame]:
        model = worker_model(broadcast.value)
        for pixels in batches:
            error, latent = forward(model, b"".join(pixels))
            yield pandas.DataFrame({"reconstructionError": error, "latent": list(latent)})

    return table.select("id", autoencoder("image.data").alias("scored")).select("id", "scored.*")


def with_map_in_arrow(table, broadcast):
    def autoencoder(batches):
        import pyarrow

        model = worker_model(broadcast.value)
        for batch in batches:
            pixels = batch.column(1)
            first, last = (offset.as_py() for offset in binary_range(pixels))
            error, latent = forward(model, memoryview(pixels.buffers()[2])[first:last])
            latent = pyarrow.ListArray.from_arrays(
                pyarrow.array(range(0, latent.size + 1, latent.shape[1]), pyarrow.int32()), latent.reshape(-1)
            )
            yield pyarrow.RecordBatch.from_arrays(
                [batch.column(0), pyarrow.array(error), latent], ["id", "reconstructionError", "latent"]
            )

    def binary_range(array):
        import pyarrow

        offsets = pyarrow.Array.from_buffers(
            pyarrow.int32(), len(array) + 1, [None, array.buffers()[1]], offset=array.offset
        )
        return offsets[0], offsets[len(array)]

    return table.select("id", "image.data").mapInArrow(
        autoencoder, "id string, reconstructionError double, latent array<float>"
    )


def worker_model(weights):
    """The network of a task, on one thread: Spark's tasks are what runs in parallel."""
    import torch

    from networks import Autoencoder

    torch.set_num_threads(1)
    model = Autoencoder()
    model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    return model.eval()


def forward(model, pixels):
    """Errors [rows] as double and latent codes [rows, 3] of images whose bytes lie one after another."""
    import warnings

    import torch

    from networks import squared_error

    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the buffer is read-only, and only read
        x = torch.frombuffer(pixels, dtype=torch.uint8).view(-1, FEATURES).float().div_(255)
        error, latent = squared_error(model, x)
        return error.double().numpy(), latent.numpy()


def check(spark, options, weights, rows=200):
    """Whether some rows of the output are what a forward pass written out in numpy gives."""
    import numpy

    scored = spark.read.parquet(options.output)
    sample = scored.limit(rows).join(spark.read.parquet(options.input).select("id", "image.data"), "id").collect()
    x = numpy.stack([numpy.frombuffer(row.data, numpy.uint8) for row in sample]) / 255.0
    codes, layers = x, {"encoder": None, "decoder": None}
    for part in layers:
        numbers = sorted({int(name.split(".")[1]) for name in weights if name.startswith(part)})
        for number in numbers:
            codes = codes @ weights[f"{part}.{number}.weight"].T + weights[f"{part}.{number}.bias"]
            if number != numbers[-1]:
                codes = numpy.maximum(codes, 0)
        layers[part] = codes
    error = ((1 / (1 + numpy.exp(-layers["decoder"])) - x) ** 2).mean(1)
    differences = {
        "reconstructionError": numpy.abs(error - [row.reconstructionError for row in sample]).max(),
        "latent": numpy.abs(layers["encoder"] - [row.latent for row in sample]).max(),
    }
    for column, difference in differences.items():
        print(f"check: {column} of {len(sample)} rows differs by at most {difference:.2g}", file=sys.stderr)
    complete = scored.count() == spark.read.parquet(options.input).count()
    if not complete:
        print("check: the output does not have as many rows as the input", file=sys.stderr)
    return complete and len(sample) > 0 and all(difference < 1e-5 for difference in differences.values())


if __name__ == "__main__":
    sys.exit(main())
