"""Service domain itintegration:registry, the addressing catalogue's questions, first version."""
