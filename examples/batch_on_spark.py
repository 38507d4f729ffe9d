"""Run with spark-submit: the command `doudi`, on the cluster that spark-submit names.

    doudi batch ledger.csv --month 2022-06 --facts-to facts
    spark-submit --master spark://host:7077 batch_on_spark.py \
        batch facts --month 2022-06 --engine spark -o out --allow-rejects

Both folders have to be where the driver and all workers see them.
"""

from __future__ import annotations

from calc.cli import main

if __name__ == "__main__":
    main()
