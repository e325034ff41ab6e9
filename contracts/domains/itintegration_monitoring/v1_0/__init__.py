"""Version 1.0 of itintegration:monitoring."""
