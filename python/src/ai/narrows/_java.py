"""The way to Java: classes of the jar, and its exceptions as one sentence."""

from __future__ import annotations

import operator
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
from py4j.clientserver import ClientServer
from py4j.java_gateway import JavaClass, JavaObject, JavaPackage
from py4j.protocol import Py4JError, Py4JJavaError, Py4JNetworkError
from pyspark import SparkContext
from pyspark.errors.exceptions.captured import CapturedException
from pyspark.ml.common import _java2py
from pyspark.ml.wrapper import JavaParams
from pyspark.sql import Column, DataFrame, SparkSession, functions
from pyspark.sql.utils import is_remote

from ai.narrows import __version__
from ai.narrows.errors import InputError, NarrowsError

P = TypeVar("P", bound="Stage")

_checked: Any = None  # the JVM whose jar has been found to be the right one


def refuse_connect(thing: Any = None) -> None:
    """Raises an error if this is of a Spark Connect session, or, without an argument, if PySpark is set to use one."""
    if thing is not None:
        remote = type(thing).__module__.startswith("pyspark.sql.connect.")
    else:
        remote = is_remote() or ("SPARK_REMOTE" in os.environ and SparkContext._active_spark_context is None)
    if remote:
        raise NarrowsError(
            "Narrows needs a classic Spark session, but this is Spark Connect, which cannot run its Java classes: use "
            "SparkSession.builder.master(...) instead of .remote(...); on Databricks, dedicated compute instead of "
            "standard or serverless compute"
        )


def context() -> SparkContext:
    """The running SparkContext."""
    refuse_connect()
    sc = SparkContext._active_spark_context
    if sc is None or sc._jsc is None:
        raise NarrowsError(
            "there is no Spark session, or it has been stopped: start one with narrows.start() or "
            "SparkSession.builder.getOrCreate(), and create or load models in it"
        )
    return sc


def session() -> SparkSession:
    """The active Spark session."""
    context()
    active = SparkSession.getActiveSession()
    return active if active is not None else SparkSession.builder.getOrCreate()


def java_class(name: str) -> JavaClass:
    """
    A class of the jar.

    Raises
    ------
    NarrowsError
        If the jar is not on the session's class path, or of another version than this package.

    """
    global _checked
    jvm = context()._jvm
    if jvm is not _checked:
        _check_jar(jvm)
        _checked = jvm
    return _find(jvm, name)


def _find(jvm: Any, name: str) -> Any:
    found = jvm
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _check_jar(jvm: Any) -> None:
    build = _find(jvm, "ai.narrows.compat.Build")
    if isinstance(build, JavaPackage):
        raise NarrowsError(
            "the jar of Narrows is not on the class path of this Spark session, and it cannot be added later: restart "
            "the Python process (kernel) and start Spark with narrows.start(), with "
            '.config("spark.jars", narrows.jar()) or .config("spark.jars.packages", narrows.packages()), or with '
            f"spark-submit --packages ai.narrows:narrows:{__version__}"
        )
    version = build.here().version()
    if version != __version__:
        raise NarrowsError(
            f"the jar on the class path is of Narrows {version}, but this Python package is {__version__}: install "
            f"narrows=={version}, or start the session with the jar of {__version__}"
        )


def whole(name: str, value: Any) -> int:
    """A whole number that Java's int can hold."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, but is {value!r}") from None
    if not -(2**31) <= number < 2**31:
        raise InputError(f"{name} must have 32 bits, but is {number}")
    return number


def named(dataset: DataFrame, name: str) -> Column:
    """
    A column by its name, which may have dots, or a field of a struct.

    Raises
    ------
    InputError
        If there is none.

    """
    if not isinstance(name, str):
        raise TypeError(f"a column's name is needed, but got {type(name).__name__}")
    if name in dataset.columns:
        return functions.col("`" + name.replace("`", "``") + "`")
    try:
        with java_errors():
            dataset.select(name)
    except NarrowsError:
        columns = ", ".join(dataset.columns)
        raise InputError(f"there is no column '{name}'; the columns are {columns}") from None
    return functions.col(name)


def setting(value: object) -> str:
    """A value as text, as Spark's settings and options have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def option(value: Any) -> JavaObject:
    """A java.util.Optional, empty for None."""
    optional = _find(context()._jvm, "java.util.Optional")
    return optional.empty() if value is None else optional.of(value)


def to_python(value: Any) -> Any:
    """What a Java array, list or vector is in Python."""
    return _java2py(context(), value)


def column(condition: Any) -> JavaObject:
    """The Java column of a Column or of an SQL expression."""
    if isinstance(condition, str):
        condition = functions.expr(condition)
    refuse_connect(condition)
    if not hasattr(condition, "_jc"):
        raise TypeError(f"a Column or an SQL expression is needed, but got {type(condition).__name__}")
    return condition._jc


def frame(dataset: Any) -> DataFrame:
    """
    The same, if it is a DataFrame of a classic session that runs.

    Raises
    ------
    TypeError
        If it is anything else.

    """
    refuse_connect(dataset)
    if not isinstance(dataset, DataFrame):
        raise TypeError(
            f"a Spark DataFrame is needed, but got {_type(dataset)}: make one with narrows.from_numpy, "
            "narrows.from_pil, narrows.from_folder or spark.createDataFrame"
        )
    context()
    return dataset


def _type(thing: Any) -> str:
    kind = type(thing)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__.partition('.')[0]}.{kind.__name__}"


def data_frame(java: JavaObject) -> DataFrame:
    """A DataFrame that Java has made."""
    return DataFrame(java, session())


@contextmanager
def java_errors() -> Iterator[None]:
    """
    Raises what Java throws inside as one sentence.

    Lazy results are computed by PySpark's own methods, such as ``count`` and ``collect``, which raise
    errors with Java's stack trace. Around them this makes one sentence of it.

    Raises
    ------
    InputError
        If an image, column, option or param cannot be used.
    NarrowsError
        If anything else fails.

    Examples
    --------
    >>> import narrows
    >>> broken = spark.createDataFrame([("a", bytearray(b"no image"))], "id string, image binary")
    >>> try:
    ...     with narrows.java_errors():
    ...         _ = narrows.Autoencoder(height=8, width=8, channels=1).fit(broken)
    ... except narrows.InputError as error:
    ...     print(error)
    image 'a' is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image

    """
    thread = _java_thread()
    try:
        yield
    except KeyboardInterrupt:
        _interrupt(thread)
        raise
    except (Py4JError, CapturedException) as error:
        if _without_answer(error):
            # Ctrl-C, whose handler in PySpark breaks the connection, or Java is no more.
            if not _interrupt(thread):
                raise NarrowsError("the connection to Java is lost: restart the Python process", str(error)) from None
            raise KeyboardInterrupt from None
        raise _explained(error) from None


def _without_answer(error: Any) -> bool:
    if isinstance(error, (Py4JJavaError, CapturedException)):
        return False
    said = r"An error occurred while calling \S+|Gateway must be connected to send cancel cmd\."
    return isinstance(error, Py4JNetworkError) or bool(re.fullmatch(said, str(error)))


def _java_thread() -> Any:
    """The Java thread that does what this thread calls; None where several take turns, or there is no session."""
    sc = SparkContext._active_spark_context
    if sc is None or sc._jvm is None or not isinstance(sc._gateway, ClientServer):
        return None
    try:
        return _find(sc._jvm, "java.lang.Thread").currentThread()
    except Exception:
        return None  # what is called next says why


def _interrupt(thread: Any) -> bool:
    """
    Ends what a Java thread does, and all jobs; whether Java answers.

    Cancelling jobs alone would do nothing to a training that is just between two of them. It needs a
    connection of its own, thus a thread: that of this one waits for an answer, or is broken.
    """
    answered = threading.Event()

    def end() -> None:
        sc = context()
        if thread is not None:
            thread.interrupt()
        quiet = 0  # tenths of a second without a job: the thread may have been about to start one
        for _ in range(100):
            sc.cancelAllJobs()
            answered.set()
            quiet = 0 if sc.statusTracker().getActiveJobsIds() else quiet + 1
            if quiet == 5:
                break
            time.sleep(0.1)

    ending = threading.Thread(target=end, daemon=True)
    ending.start()
    ending.join(20)
    if answered.is_set() and thread is not None:
        try:
            _find(context()._jvm, "java.lang.Thread").interrupted()  # or what this one calls next ends at once
        except Exception:
            return False
    return answered.is_set()


def _explained(error: Any) -> BaseException:
    thrown = error.java_exception if isinstance(error, Py4JJavaError) else getattr(error, "_origin", None)
    if thrown is None:
        text = (str(error).strip() or type(error).__name__).splitlines()[0]
        if "does not exist" in str(error):
            return InputError(
                f"an argument has the wrong type, or a number too many bits ({text.rstrip(' Trace:')})", str(error)
            )
        return NarrowsError(text, str(error))
    sc = context()
    stack: str = _find(sc._jvm, "org.apache.spark.util.Utils").exceptionString(thrown)
    if thrown.getClass().getName() == "ai.narrows.jobs.JobException":
        exit_code = thrown.exitCode()
        sentence = thrown.getMessage().removesuffix(f" (exit code {exit_code})")
    else:
        failure = java_class("ai.narrows.jobs.console.Failure").of(thrown)
        exit_code, sentence = failure.exitCode(), failure.sentence()
    if session().conf.get("spark.sql.pyspark.jvmStacktrace.enabled", "false") == "true":
        sentence += "\n\nJVM stacktrace:\n" + stack
    kind = InputError if exit_code == 2 else NarrowsError
    return kind(sentence, stack)


class Stage(JavaParams):
    """A stage whose params take None for their default, and NumPy's numbers."""

    def _set(self: P, **kwargs: Any) -> P:
        for name, value in kwargs.items():
            if value is None:
                if self.isSet(name):
                    self.clear(self.getParam(name))
            else:
                super()._set(**{name: value.item() if isinstance(value, np.generic) else value})
        return self


class Constructed(Stage):
    """A stage that has a constructor with keywords."""

    _input_kwargs: dict[str, Any]

    def _construct(self, name: str, given: dict[str, Any]) -> None:
        with java_errors():
            self._java_obj = java_class(name)(self.uid)
        self._set_defaults()
        self._set(**given)

    def _set_defaults(self) -> None:
        raise NotImplementedError
