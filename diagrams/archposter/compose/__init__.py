"""Card Frames -> pages: the paper, the grid, the bands of words, posters and books."""
