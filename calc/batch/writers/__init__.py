"""Files as the program writes them: one format a file."""
