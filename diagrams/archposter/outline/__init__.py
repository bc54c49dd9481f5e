"""Block tree -> a graph in text, which other programs draw: Mermaid and Graphviz."""
