"""`python -m archposter.cli`."""

from archposter.cli import main

main()
