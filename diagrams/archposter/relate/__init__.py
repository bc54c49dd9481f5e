"""Models related to one another: what each is made of, and which earlier one differs least."""
