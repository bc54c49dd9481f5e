"""Facts of many models -> Frames: one module a chart, and what they share: axes, labels, the plot."""
