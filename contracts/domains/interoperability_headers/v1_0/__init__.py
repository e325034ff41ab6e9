"""Version 1.0 of interoperability:headers."""
