"""Block tree -> Frame: measuring, placing and routing."""
