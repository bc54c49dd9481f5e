"""The explorer: models -> a static site.

A view model says what a page shows (`*_page.py`, `catalogue.py`), a template how (`templates`), a script only
adds (`assets`); `build` strings them together, and `folder` is the one module that writes.
"""
