"""A whole ledger, assessed block by block: in one process or several, with results, rejects and totals."""
