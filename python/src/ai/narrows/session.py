"""Sessions that have the jar."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path

import pyspark
from pyspark import SparkContext
from pyspark.sql import SparkSession

from ai.narrows import __version__
from ai.narrows._java import java_class, refuse_connect, setting
from ai.narrows.errors import NarrowsError

_HERE = Path(__file__).resolve().parent
_OLD = "3.5"  # the line of Spark that has a jar of its own

# What every training is faster with; the jobs set the same.
_SETTINGS = {
    "spark.task.maxDirectResultSize": "64m",
    "spark.broadcast.compress": "false",
    "spark.sql.parquet.columnarReaderBatchSize": "64",
    "spark.sql.orc.columnarReaderBatchSize": "64",
}


def _repository() -> Path | None:
    """The repository, if the package runs from it."""
    root = _HERE.parents[3] if len(_HERE.parents) > 3 else _HERE
    return root if (root / "jobs" / "quickstart").is_file() else None


def _is_old() -> bool:
    return pyspark.__version__.startswith(_OLD)


def jar() -> str:
    """
    Path of the jar that belongs to this package, for ``spark.jars`` or ``spark-submit --jars``.

    The jar is that for Spark 4.0 to 4.3 on x86-64 Linux. The environment variable ``NARROWS_JAR`` names another one.

    Raises
    ------
    NarrowsError
        If there is none for the installed PySpark. Use :py:func:`packages` then.

    Examples
    --------
    >>> import narrows
    >>> narrows.jar().endswith(".jar")
    True

    """
    given = os.environ.get("NARROWS_JAR")
    if given:
        if not Path(given).is_file():
            raise NarrowsError(f"there is no jar at {given}, which NARROWS_JAR names")
        return given
    name = f"narrows-{__version__}-spark.jar"
    candidates = [_HERE / "jars" / name]
    root = _repository()
    if _is_old():
        name = f"narrows-spark-3.5_2.12-{__version__}-spark.jar"
        candidates = [root / "target" / "spark-3.5_2.12" / name] if root else []
    elif root:
        candidates.append(root / "target" / name)
    for candidate in candidates:
        if candidate.is_file():
            return str(candidate)
    raise NarrowsError(
        f"this installation of narrows has no jar for PySpark {pyspark.__version__}: use "
        f'.config("spark.jars.packages", "{packages()}"), or set NARROWS_JAR to {name}'
    )


def packages() -> str:
    """
    Maven coordinates of the jar, for ``spark.jars.packages`` or ``spark-submit --packages``.

    Examples
    --------
    >>> import narrows
    >>> narrows.packages()
    'ai.narrows:narrows:0.1.0'

    """
    return f"ai.narrows:narrows{'-spark-3.5_2.12' if _is_old() else ''}:{__version__}"


def start(
    master: str = "local[*]",
    *,
    memory: str | None = None,
    appName: str = "narrows",
    config: Mapping[str, object] | None = None,
) -> SparkSession:
    """
    A Spark session that has Narrows: the running one if there is one, otherwise a new one on this machine.

    Parameters
    ----------
    master : str, default "local[*]"
        Spark master of a new session.
    memory : str, optional
        ``spark.driver.memory`` of a new session. Default: 2g. Local sessions keep the training images in it.
    appName : str, default "narrows"
        Name of a new session in Spark's UI.
    config : Mapping, optional
        Further settings of a new session. They take precedence over all others.

    Returns
    -------
    SparkSession

    Raises
    ------
    NarrowsError
        If a session runs that does not have the jar.

    Examples
    --------
    >>> import narrows
    >>> spark = narrows.start()
    >>> spark.range(3).count()
    3

    """
    refuse_connect()
    if SparkContext._active_spark_context is not None:
        java_class("ai.narrows.compat.Build")  # that it has the jar
        if memory is not None or config:
            warnings.warn("a Spark session runs already: memory and config have no effect", stacklevel=2)
        return SparkSession.builder.getOrCreate()
    if SparkContext._gateway is not None and memory is not None:
        warnings.warn("Java runs already, so memory has no effect: restart the Python process", stacklevel=2)
    settings: dict[str, object] = dict(_SETTINGS)
    if master.startswith("local"):
        settings.update(_laptop())
        settings["spark.pyspark.python"] = sys.executable  # workers of another Python are refused
    try:
        settings["spark.jars"] = jar()
    except NarrowsError:
        settings["spark.jars.packages"] = packages()
    if memory is not None:
        settings["spark.driver.memory"] = memory
    settings.update(config or {})
    builder = SparkSession.builder.master(master).appName(appName)
    for key, value in settings.items():
        builder = builder.config(key, setting(value))
    session = builder.getOrCreate()
    try:
        java_class("ai.narrows.compat.Build")
    except NarrowsError:  # Java runs since an earlier session without the jar
        session.stop()
        raise
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # a stack trace before each sentence
    logging.getLogger("DataFrameQueryContextLogger").setLevel(logging.CRITICAL)
    return session


def _laptop() -> dict[str, object]:
    """Settings for one machine, from ``conf/spark-laptop.conf``."""
    root = _repository()
    file = root / "conf" / "spark-laptop.conf" if root else _HERE / "spark-laptop.conf"
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    pairs = (line.split(None, 1) for line in lines if line and not line.startswith("#"))
    settings: dict[str, object] = {key: value.strip() for key, value in pairs}
    del settings["spark.ui.showConsoleProgress"]
    return settings
