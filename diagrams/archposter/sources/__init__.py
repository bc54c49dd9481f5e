"""Where models come from besides specs: checkpoints on disk, on a hub, in GGUF files; what they hold."""
