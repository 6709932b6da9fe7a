"""The command-line jobs from Python."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ai.narrows import _java


def run(job: str, **options: Any) -> None:
    """
    Runs a job of the command line in the current Spark session.

    Parameters
    ----------
    job : str
        ``train``, ``score``, ``embed``, ``evaluate``, ``generate``, ``report``, ``threshold``, ``pack`` or
        ``sample-parts``.
    **options
        Options of the job, as ``jobs/JOB --help`` prints them, without dashes: ``model_dir="m"`` is ``--model-dir m``.
        True gives an option without a value; False and None leave it out; a list repeats it.

    Raises
    ------
    InputError
        If an option or the input cannot be used.
    NarrowsError
        If the job fails.

    Examples
    --------
    >>> import narrows
    >>> narrows.run("sample-parts", output=folder + "/parts", train=2, test=2, size=32)
    >>> sorted(path.name for path in Path(folder, "parts").iterdir() if path.is_dir())
    ['ground_truth', 'test', 'train']

    """
    words: list[str] = []
    for name, value in options.items():
        option = "--" + re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "-" + found.group(1).lower(), name).replace(
            "_", "-"
        )
        if value is None or value is False:
            continue
        for each in value if isinstance(value, (list, tuple)) else [value]:
            words.append(option)
            if each is not True:
                words.append(str(each))
    jobs = _java.java_class("ai.narrows.jobs.Jobs")
    gateway = _java.context()._gateway
    array = gateway.new_array(gateway.jvm.java.lang.String, len(words))  # type: ignore[union-attr]
    for place, word in enumerate(words):
        array[place] = word
    with _java.java_errors():
        jobs.run(job, array)


def pack(input: str | Path, output: str | Path, **options: Any) -> None:
    """
    Packs small image files into Parquet files that every job and ``spark.read.parquet`` read.

    Parameters
    ----------
    input : str or Path
        Folder of images.
    output : str or Path
        Directory to write.
    **options
        As for :py:func:`run`, such as ``height``, ``width``, ``channels``, ``labels="folder"``, ``overwrite=True``.

    Examples
    --------
    >>> import narrows
    >>> from PIL import Image
    >>> Image.new("L", (8, 8)).save(folder + "/a.png")
    >>> narrows.pack(folder, folder + "-packed")
    >>> spark.read.parquet(folder + "-packed").count()
    1

    """
    run("pack", input=input, output=output, **options)


def sample_parts(output: str | Path, **options: Any) -> None:
    """
    Draws pictures of machined parts, sound and defective, to try Narrows on.

    Parameters
    ----------
    output : str or Path
        Directory to write: ``train``, ``test`` and ``ground_truth`` as in MVTec AD.
    **options
        As for :py:func:`run`, such as ``part="gear"``, ``channels=3``, ``seed=1``.

    Examples
    --------
    >>> import narrows
    >>> narrows.sample_parts(folder + "/parts", train=2, test=0, size=32, part="gear")
    >>> spark.read.format("imagefolder").load(folder + "/parts/train").count()
    2

    """
    run("sample-parts", output=output, **options)
