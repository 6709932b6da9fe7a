"""What Narrows raises."""

from __future__ import annotations


class NarrowsError(RuntimeError):
    """
    A job, training or setup that failed. The message is one sentence.

    Attributes
    ----------
    java_stack : str
        Stack trace of the Java exception behind it; empty if there is none. It is part of the message where
        ``spark.sql.pyspark.jvmStacktrace.enabled`` is true.

    """

    def __init__(self, message: str, java_stack: str = "") -> None:
        super().__init__(message)
        self.java_stack = java_stack


class InputError(NarrowsError, ValueError):
    """An image, array, column, option or param that cannot be used. The message names it, the rule and the value."""
