"""Results → text, JSON, CSV, and explanations. Nothing here decides anything."""
