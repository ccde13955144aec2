"""Charts and values: files in, typed data out."""
