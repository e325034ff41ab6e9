"""The bundled service domains, a folder each, and below it a folder per version."""
