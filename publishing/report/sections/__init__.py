"""The sections of the report, one file each: `section(tables)` reads its marts and says what they hold, or None without them."""
