"""Interview a family: ask what can still change an answer, and nothing else."""
