"""Puts the jar, Spark's settings for one machine and the licence into the wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class JarHook(BuildHookInterface):  # type: ignore[type-arg,misc]
    """Adds what Maven has built; the wheel is for the platform of the jar's native libraries."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the files, unless the package is installed as editable."""
        if version == "editable":
            return
        root = Path(self.root)
        jar = root.parent / "target" / f"narrows-{self.metadata.version}-spark.jar"
        if not jar.is_file():
            raise FileNotFoundError(f'{jar} is missing: run "mvn -DskipTests package" in {root.parent} first')
        build_data["force_include"].update(
            {
                str(jar): f"ai/narrows/jars/{jar.name}",
                str(root.parent / "conf" / "spark-laptop.conf"): "ai/narrows/spark-laptop.conf",
                str(root.parent / "LICENSE"): "ai/narrows/LICENSE",
                str(root.parent / "NOTICE"): "ai/narrows/NOTICE",
            }
        )
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-manylinux_2_17_x86_64"
