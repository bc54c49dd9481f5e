"""Arch -> Block tree: what a card says and shows, without coordinates."""
