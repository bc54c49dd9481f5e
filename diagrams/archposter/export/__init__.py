"""Frame to bytes: one module a format, each the only one that knows its library."""
