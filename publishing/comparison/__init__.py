"""What changed from one release to another: tables, rows and cells, and what they were made from that caused it."""
