"""Messages, and the places in files that they are about."""
