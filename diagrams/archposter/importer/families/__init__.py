"""One reader for each way of building a model, grouped by who is built alike."""
