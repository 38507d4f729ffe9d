"""A Spark session of our own, and what is wrong where none begins, in one sentence."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from calc.engine.sql.unsupported import UnsupportedPlan

STARTED = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.extraJavaOptions": "-Xss16m",  # trees of a large formula are gone down by recursion
    "spark.executor.extraJavaOptions": "-Xss16m",
}
"""Settings from the start of the Java process, unless the caller gives others."""
SETTINGS = {
    "spark.sql.ansi.enabled": "true",  # an overflow or a cast that does not fit is an error, never NULL
    "spark.sql.autoBroadcastJoinThreshold": "-1",  # rows are where they are joined already
    "spark.sql.caseSensitive": "false",
    "spark.sql.maxPlanStringLength": "1000",
}
"""Settings that every query here relies on."""
OLDEST_JAVA = 17


def connect(master: str | None = None, settings: Mapping[str, str] | None = None) -> SparkSession:
    """A session of its own, on `local[2]`, `spark://host:port` or the settings of `spark-submit` (None).

    Raises UnsupportedPlan where there is no Java to run it, or nobody answers at that address.
    """
    if master is not None and not _is_answered(master):  # Spark itself would try for a minute
        raise UnsupportedPlan("no-answer", master=master)
    builder = SparkSession.builder.appName("doudi")
    if master is not None:
        builder = builder.master(master)
    for name, value in {**STARTED, **(settings or {})}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate().newSession()
    except PySparkException as error:
        if error.getCondition() != "JAVA_GATEWAY_EXITED":
            raise
        raise (
            UnsupportedPlan("no-master", master=master or "") if _has_java() else UnsupportedPlan("no-java")
        ) from None
    except Exception as error:  # py4j's, whose first line is a Java class
        raise UnsupportedPlan("no-cluster", master=master or "", why=first_line(error)) from None
    for name, value in SETTINGS.items():
        session.conf.set(name, value)
    return session


def _has_java() -> bool:
    """Says whether Spark can run on the Java there is, by its own version."""
    home = os.environ.get("JAVA_HOME")
    program = os.path.join(home, "bin", "java") if home else "java"
    try:
        told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    except OSError:
        return False
    version = re.search(r'version "(\d+)', told)
    return version is not None and int(version.group(1)) >= OLDEST_JAVA


def _is_answered(master: str) -> bool:
    """Says whether one of the addresses of a standalone cluster takes a connection; true for other masters."""
    if not master.startswith("spark://"):
        return True
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        with suppress(OSError, ValueError, OverflowError), socket.create_connection((host, int(port)), timeout=5):
            return True
    return False


def first_line(error: Exception) -> str:
    """Finds the sentence of an error of py4j, without names of Java classes."""
    lines = [line.strip() for line in str(error).splitlines() if ": " in line]
    return re.sub(r"^([\w.]+(Exception|Error): )+", "", lines[0].partition(": ")[2]) if lines else type(error).__name__
