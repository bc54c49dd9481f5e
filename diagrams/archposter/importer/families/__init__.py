"""One file a family of models, by its name: a reader for each `model_type` of it."""
