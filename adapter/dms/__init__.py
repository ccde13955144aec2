"""O2-DMS deployment management over the engine, as a library."""
