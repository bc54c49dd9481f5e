"""The bundled fonts: measuring, breaking and drawing text.  Nothing else in the package measures text."""
