"""Compare two pictures of the same households: this is the whole of `doudi compare`."""
