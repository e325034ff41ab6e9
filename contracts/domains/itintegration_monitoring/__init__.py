"""Service domain itintegration:monitoring, asking a component how it is."""
