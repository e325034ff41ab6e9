"""Version 1.1 of financial:billing:claim."""
