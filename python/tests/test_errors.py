"""Bad input ends in one Python exception with one sentence."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession

import narrows


def one_sentence(error: BaseException) -> str:
    text = str(error)
    assert "\n" not in text
    assert "Exception" not in text
    assert "at ai.narrows" not in text
    assert error.__suppress_context__ or error.__context__ is None
    return text


def test_params_that_break_their_rule(clothes: DataFrame) -> None:
    with pytest.raises(narrows.InputError, match="epochs must be at least 1, but is 0") as caught:
        narrows.Autoencoder(epochs=0).fit(clothes)
    one_sentence(caught.value)
    assert isinstance(caught.value, ValueError)
    assert "at ai.narrows" in caught.value.java_stack
    with pytest.raises(TypeError, match='Invalid param value given for param "epochs"'):
        narrows.Autoencoder(epochs="many")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="stepsize"):
        narrows.Autoencoder(stepsize=1)  # type: ignore[call-arg]
    with pytest.raises(narrows.InputError, match="there is no column 'anomalyScore'"):
        narrows.AnomalyEvaluator(anomalous="label = 1").evaluate(clothes)


def test_missing_columns(clothes: DataFrame, model: narrows.AutoencoderModel) -> None:
    for act in (
        lambda: narrows.Autoencoder(imageCol="photo").fit(clothes),
        lambda: model.copy().setImageCol("photo").transform(clothes),
        lambda: model.bestThreshold(clothes.drop("image"), "label = 1"),
    ):
        with pytest.raises(narrows.InputError, match=r"photo|image") as caught:
            act()
        one_sentence(caught.value)


def test_things_that_are_no_data_frames(model: narrows.AutoencoderModel) -> None:
    for act in (narrows.Autoencoder().fit, model.transform, narrows.to_numpy, narrows.AnomalyEvaluator().evaluate):
        with pytest.raises(TypeError, match=r"a Spark DataFrame is needed, but got numpy\.ndarray: make one with"):
            act(np.zeros((2, 2)))  # type: ignore[operator]


def test_corrupt_images_are_named(spark: SparkSession) -> None:
    broken: Any = spark.createDataFrame([("7.png", bytearray(b"no image"))], "id string, image binary")
    with pytest.raises(narrows.InputError, match=r"7\.png") as caught:
        narrows.Autoencoder(height=8, width=8, channels=1).fit(broken)
    one_sentence(caught.value)


def test_lazy_results_are_explained(model: narrows.AutoencoderModel, spark: SparkSession) -> None:
    broken = model.transform(spark.createDataFrame([("7.png", bytearray(b"no image"))], "id string, image binary"))
    with pytest.raises(narrows.InputError, match=r"7\.png") as caught, narrows.java_errors():
        broken.collect()
    one_sentence(caught.value)
    with pytest.raises(narrows.InputError, match=r"7\.png"):
        narrows.to_numpy(broken, "anomalyScore")
    with pytest.raises(ZeroDivisionError), narrows.java_errors():
        _ = 1 / 0


def test_the_stack_is_shown_when_asked(clothes: DataFrame, spark: SparkSession) -> None:
    spark.conf.set("spark.sql.pyspark.jvmStacktrace.enabled", "true")
    try:
        with pytest.raises(narrows.InputError, match="JVM stacktrace"):
            narrows.Autoencoder(epochs=0).fit(clothes)
    finally:
        spark.conf.unset("spark.sql.pyspark.jvmStacktrace.enabled")


def test_models_that_cannot_be_loaded(spark: SparkSession, vae: Any, tmp_path: Path) -> None:
    with pytest.raises(narrows.InputError, match="nowhere") as caught:
        narrows.AutoencoderModel.load(str(tmp_path / "nowhere"))
    one_sentence(caught.value)
    with pytest.raises(narrows.InputError, match="nowhere"):
        narrows.FittedAutoencoder.load(str(tmp_path / "nowhere"))
    vae.save(str(tmp_path / "vae"))
    with pytest.raises(narrows.InputError, match="is of class VariationalAutoencoderModel, not AutoencoderModel"):
        narrows.AutoencoderModel.load(str(tmp_path / "vae"))
    with pytest.raises(narrows.InputError, match=r"exists already: .* use write\(\).overwrite\(\)") as caught:
        vae.save(str(tmp_path / "vae"))
    one_sentence(caught.value)
    vae.write().overwrite().save(str(tmp_path / "vae"))
    assert narrows.FittedAutoencoder.load(tmp_path / "vae").latentDim == 2
    with pytest.raises(TypeError, match="path should be a string"):
        narrows.AutoencoderModel.load(7)  # type: ignore[arg-type]


def test_jobs_that_fail(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(narrows.InputError, match="--inptu") as caught:
        narrows.run("train", input="photos", output=tmp_path / "model", inptu="photos")
    one_sentence(caught.value)
    with pytest.raises(narrows.InputError, match="there is no job 'trian': choose one of embed"):
        narrows.run("trian")
    with pytest.raises(narrows.InputError, match="nowhere"):
        narrows.pack(tmp_path / "nowhere", tmp_path / "packed")


def test_latents_of_the_wrong_kind(model: narrows.AutoencoderModel) -> None:
    with pytest.raises(narrows.InputError, match="must have 4 values, but has 3"):
        model.decode([1, 2, 3])
    with pytest.raises(TypeError, match="a latent is a vector of numbers"):
        model.decode("1,2,3,4")
    with pytest.raises(narrows.InputError, match=r"shape \(2, 2\)"):
        model.decode(np.zeros((2, 2)))


def test_listeners_of_the_wrong_kind(spark: SparkSession) -> None:
    with pytest.raises(TypeError, match=r"narrows\.TrainingListener is needed, but got function"):
        narrows.Autoencoder().setListener(lambda report: None)  # type: ignore[arg-type]


def test_listeners_that_raise(trousers: DataFrame) -> None:
    class Broken(narrows.TrainingListener):
        def epochFinished(self, report: narrows.EpochReport, epochs: int) -> None:
            raise ValueError("mine")

    class Interrupting(narrows.TrainingListener):
        def epochFinished(self, report: narrows.EpochReport, epochs: int) -> None:
            raise KeyboardInterrupt

    estimator = narrows.Autoencoder(hidden=[8], epochs=2, numWorkers=1)
    with pytest.raises(narrows.NarrowsError, match="the listener raised ValueError: mine") as caught:
        estimator.setListener(Broken()).fit(trousers)
    assert isinstance(caught.value.__cause__, ValueError)
    with pytest.raises(KeyboardInterrupt):
        estimator.setListener(Interrupting()).fit(trousers)
    assert estimator.setListener(None).fit(trousers).summary.totalIterations == 2


def test_an_interrupt_ends_the_training(tmp_path: Path) -> None:
    program = """
import narrows, numpy as np
spark = narrows.start("local[1]")
images = narrows.from_numpy(np.zeros((100, 8, 8), np.uint8))
class Said(narrows.TrainingListener):
    def epochFinished(self, report, epochs):
        if report.epoch == 3:
            print("TRAINS", flush=True)
try:
    narrows.Autoencoder(height=8, width=8, channels=1, epochs=1000000).setListener(Said()).fit(images)
except KeyboardInterrupt:
    import time
    for _ in range(100):
        if not spark.sparkContext.statusTracker().getActiveJobsIds():
            break
        time.sleep(0.1)
    print("INTERRUPTED", spark.sparkContext.statusTracker().getActiveJobsIds(), spark.range(3).count())
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        while "TRAINS" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[0]
    assert "INTERRUPTED [] 3" in rest


def test_numbers_of_the_wrong_kind(vae: narrows.VariationalAutoencoderModel, trousers: DataFrame) -> None:
    for n in (2.5, None, "2"):
        with pytest.raises(TypeError, match="n must be a whole number, but is"):
            vae.generate(n)  # type: ignore[arg-type]
    with pytest.raises(narrows.InputError, match="n must have 32 bits"):
        vae.generate(2**40)
    with pytest.raises(narrows.InputError, match="value 0 of the latent is not finite"):
        vae.decode([float("nan"), 0])


def test_classes_need_a_column(model: narrows.AutoencoderModel, clothes: DataFrame) -> None:
    scores = model.transform(clothes)
    with (
        narrows.RankedScores(scores, "label <> 1") as ranked,
        pytest.raises(narrows.InputError, match="needs classCol"),
    ):
        ranked.classes()
    with pytest.raises(narrows.InputError, match="there is no column 'zz'; the columns are id"):
        narrows.RankedScores(scores, "label <> 1", classCol="zz")


def test_a_condition_of_the_wrong_kind(model: narrows.AutoencoderModel, clothes: DataFrame) -> None:
    with pytest.raises(TypeError, match="a Column or an SQL expression is needed, but got bool"):
        model.bestThreshold(clothes, True)  # type: ignore[arg-type]


# Steps of a process, each with what it must say; those that say nothing prepare the next.
PROGRAMS: dict[str, list[tuple[str, str]]] = {
    "no session": [
        ("narrows.Autoencoder()", "there is no Spark session, or it has been stopped: start one with narrows.start()"),
        ("import os; os.environ['NARROWS_JAR'] = '/nowhere.jar'", ""),
        ("narrows.jar()", "there is no jar at /nowhere.jar, which NARROWS_JAR names"),
        ("os.environ['SPARK_REMOTE'] = 'sc://localhost'", ""),
        ("narrows.start()", "Narrows needs a classic Spark session, but this is Spark Connect"),
    ],
    "no jar": [
        ("from pyspark.sql import SparkSession", ""),
        ("SparkSession.builder.master('local[1]').getOrCreate()", ""),
        (
            "narrows.Autoencoder()",
            "the jar of Narrows is not on the class path of this Spark session, and it cannot be added later",
        ),
        ("narrows.start()", "the jar of Narrows is not on the class path of this Spark session"),
        ("narrows.AutoencoderModel.load('model')", "the jar of Narrows is not on the class path of this Spark session"),
        ("narrows.run('train')", "the jar of Narrows is not on the class path of this Spark session"),
        ("SparkSession.getActiveSession().stop()", ""),
        ("narrows.start('local[1]')", "cannot be added later: restart the Python process (kernel)"),
    ],
    "another version, a closed session": [
        ("spark = narrows.start('local[1]')", ""),
        ("import ai.narrows._java as java; java.__version__ = '9.9.9'; java._checked = None", ""),
        ("narrows.Autoencoder()", "but this Python package is 9.9.9: install narrows=="),
        ("java.__version__ = narrows.__version__", ""),
        ("df = narrows.from_numpy(np.zeros((4, 8, 8), np.uint8))", ""),
        ("model = narrows.Autoencoder(height=8, width=8, channels=1, epochs=1).fit(df)", ""),
        ("spark.stop()", ""),
        ("model.transform(df)", "there is no Spark session, or it has been stopped"),
        ("narrows.Autoencoder()", "there is no Spark session, or it has been stopped"),
        ("narrows.start('local[1]')", ""),
        ("df = narrows.from_numpy(np.zeros((4, 8, 8), np.uint8))", ""),
        ("assert narrows.Autoencoder(height=8, width=8, channels=1, epochs=1).fit(df).transform(df).count() == 4", ""),
    ],
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_sessions_that_will_not_do(name: str, tmp_path: Path) -> None:
    lines = ["import numpy as np, narrows"]
    for code, message in PROGRAMS[name]:
        if message:
            lines += ["try:", f"    {code}", "    print('SAID nothing')"]
            lines += ["except narrows.NarrowsError as error:", "    print('SAID', error)"]
        else:
            lines.append(code)
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if line.startswith("SAID")]
    messages = [message for _, message in PROGRAMS[name] if message]
    assert len(said) == len(messages)
    for line, message in zip(said, messages, strict=True):
        assert message in line


def test_a_session_that_has_the_jar_is_taken(spark: SparkSession) -> None:
    assert narrows.start() is spark or narrows.start().sparkContext is spark.sparkContext


def test_another_package_called_ai(tmp_path: Path) -> None:
    (tmp_path / "ai").mkdir()
    (tmp_path / "ai" / "__init__.py").write_text("")
    done = subprocess.run(
        [sys.executable, "-c", "import narrows"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert "another package occupies the name 'ai'" in done.stderr
