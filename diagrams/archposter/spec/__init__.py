"""What a model is made of: YAML text -> `ArchSpec`, as written -> `Arch`, resolved."""
