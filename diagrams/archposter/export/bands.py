"""A page to a PNG of any size, in bands: only a strip of the picture is ever in memory.

CairoSVG's library draws the Frame itself here: as one SVG a poster would be a hundred megabytes of outlines.
"""
