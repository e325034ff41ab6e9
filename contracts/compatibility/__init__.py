"""What changed between two releases of a service domain, and whom each change breaks."""
