"""Which models meet a query, as "kind:moe cache<4gb has:qk-norm"; `docs/search.md` has the language."""
