"""Visual regression: a folder of pictures that a manifest names, kept equal to what would be drawn now.

manifest     archposter.toml: which models, in which styles, variants and formats
lock         archposter.lock: the digest of every file that was stored
store        many files replaced as one step that a kill cannot halve
inputs       what a picture depends on, as one digest
words        what differs between two Frames, in words
pixels       what differs between two rasters
report       the differences as one HTML page
run          the check itself
"""
