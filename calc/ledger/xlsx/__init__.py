"""Workbooks: read within limits of memory, and copied to CSV."""
