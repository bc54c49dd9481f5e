"""Frames to PDF, finished for a press or a screen."""

from archposter.export.pdf.document import Info
from archposter.export.pdf.finish import finished_pdf
from archposter.export.pdf.press import COLORS, ColorSpace, Press, press

__all__ = ["COLORS", "ColorSpace", "Info", "Press", "finished_pdf", "press"]
