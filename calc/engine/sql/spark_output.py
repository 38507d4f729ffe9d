"""Rows of Spark written to files that have the same names whenever they are written, and appear whole or not at all."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from pyspark.sql import DataFrame, SparkSession

ENDINGS = {".parquet": "parquet", ".csv": "csv", ".jsonl": "json", ".json": "json"}


def written_whole(session: SparkSession, rows: DataFrame, path: str, is_folder: bool) -> None:
    """Write rows, a file for each partition that has any: one file at the path, or a folder of parts.

    Spark puts a random name into each part and leaves files of checksums and success beside them. So it writes into a
    folder next to the path; the parts are renamed, in order, and take the path's place when all are there.
    """
    ending = next((one for one in ENDINGS if path.lower().endswith(one)), ".parquet")
    aside = f"{path}.{uuid4().hex}.tmp"
    files = _Files(session, path)
    try:
        writer = rows.write.format(ENDINGS[ending]).option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        writer.option("header", "true").option("ignoreNullFields", "false").option("compression", _packed(ending)).save(
            aside
        )
        parts = files.parts(aside)
        if not is_folder:
            files.put(f"{aside}/{parts[0]}", path)
            return
        for number, name in enumerate(parts):
            files.put(f"{aside}/{name}", f"{aside}/whole/part-{number:05}{ending}")
        files.put(f"{aside}/whole", path)
    finally:
        files.remove(aside)


def _packed(ending: str) -> str:
    return "snappy" if ending == ".parquet" else "none"


class _Files:
    """The file system that a path is on, as Hadoop sees it."""

    def __init__(self, session: SparkSession, path: str) -> None:
        java: Any = session.sparkContext._jvm
        self.path = java.org.apache.hadoop.fs.Path
        files = self.path(path).getFileSystem(session.sparkContext._jsc.hadoopConfiguration())  # type: ignore[attr-defined]
        is_local = files.getUri().getScheme() == "file"
        self.files = files.getRawFileSystem() if is_local else files  # without files of checksums beside each

    def parts(self, folder: str) -> list[str]:
        """The names of the data files in a folder, in the order of their partitions."""
        names = [one.getPath().getName() for one in self.files.listStatus(self.path(folder))]
        return sorted(name for name in names if name.startswith("part-"))

    def put(self, source: str, target: str) -> None:
        """Rename a file or folder, in the place of what is there."""
        self.files.mkdirs(self.path(target).getParent())
        self.remove(target)
        if not self.files.rename(self.path(source), self.path(target)):
            raise OSError(f"cannot write {target}")

    def remove(self, path: str) -> None:
        """Remove a file or folder, if it is there."""
        self.files.delete(self.path(path), True)
