"""The family tree as a picture: which model stems from which, over time.  `relate.tree` -> Frame."""
