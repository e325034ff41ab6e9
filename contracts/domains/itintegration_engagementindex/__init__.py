"""Service domain itintegration:engagementindex, Engagemangsindex."""
