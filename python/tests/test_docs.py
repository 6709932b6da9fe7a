"""The examples of docstrings run, and everything public has one."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from matplotlib import pyplot
from pyspark.sql import SparkSession

import ai.narrows
import narrows

from .conftest import FASHION

MODULES = [importlib.import_module(f"ai.narrows.{module.name}") for module in pkgutil.iter_modules(ai.narrows.__path__)]
EXAMPLES = {
    test.name: test for module in [narrows, *MODULES] for test in doctest.DocTestFinder().find(module) if test.examples
}

# Records that come out of what has an example, and exceptions.
WITHOUT = {
    "BestThreshold",
    "Bootstrap",
    "ClassMetrics",
    "ConformalThreshold",
    "CurvePoint",
    "EpochReport",
    "FittedAutoencoder",
    "ImageReading",
    "ImageShape",
    "InputError",
    "Interval",
    "NarrowsError",
    "PixelPredictions",
    "Provenance",
    "ThresholdOrigin",
    "__version__",
}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_examples(name: str, spark: SparkSession, tmp_path: Path) -> None:
    test = EXAMPLES[name]
    names: dict[str, Any] = {"spark": spark, "fashion": str(FASHION), "folder": str(tmp_path), "Path": Path}
    test.globs = {**names, "__name__": "__main__"}
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    pyplot.close("all")
    assert result.failed == 0, "".join(said)


def test_everything_public_has_an_example() -> None:
    missing = []
    for name in narrows.__all__:
        thing = getattr(narrows, name)
        own = getattr(thing, "__module__", "") + "." + name
        if name not in WITHOUT and not any(example.startswith(own) for example in EXAMPLES):
            missing.append(name)
    assert missing == []


def test_everything_public_is_documented() -> None:
    for name in narrows.__all__:
        thing = getattr(narrows, name)
        if isinstance(thing, str):
            continue
        assert thing.__doc__, name
        for key, member in vars(thing).items() if isinstance(thing, type) else ():
            if not key.startswith("_") and (callable(member) or isinstance(member, (property, classmethod))):
                assert member.__doc__, f"{name}.{key}"
