"""Service domain infrastructure:itintegration:registry, the addressing catalogue's questions."""
