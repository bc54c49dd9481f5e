"""Numbers computed from an `Arch`: tensors, parameters, cache bytes, and the facts made of them."""
