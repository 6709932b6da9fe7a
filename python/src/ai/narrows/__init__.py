"""Narrows under the names of its Java packages, by which Spark finds the classes of saved stages.

Programs import :py:mod:`narrows`, which has everything that is public here.
"""

__version__ = "0.1.0"
