"""Version 1.0 of itintegration:engagementindex."""
