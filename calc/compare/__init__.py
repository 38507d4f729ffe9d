"""Compare two pictures of the same households, and screen lists: the whole of `doudi compare` and `doudi screen`."""
