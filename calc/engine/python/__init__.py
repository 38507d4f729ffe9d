"""The row engine: a plan compiled to plain Python functions, run household by household."""
