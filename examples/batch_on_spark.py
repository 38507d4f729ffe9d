"""Run with spark-submit: the command `doudi`, on the cluster that spark-submit was told.

    spark-submit --master spark://host:7077 batch_on_spark.py \
        batch ledger.parquet --month 2022-06 --engine spark -o results.csv --allow-rejects

The ledger and the folder for temporary files (TMPDIR) have to be where the driver and all workers see them.
"""

from __future__ import annotations

from calc.cli import main

if __name__ == "__main__":
    main()
