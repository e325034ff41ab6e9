"""Version 2.0 of infrastructure:itintegration:registry."""
