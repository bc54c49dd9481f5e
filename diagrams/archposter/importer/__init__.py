"""A model's own `config.json` -> `ArchSpec`: understood key by key, or refused."""
