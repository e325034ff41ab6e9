"""The engagement index (EI): which system has something about which resident, and who is told."""
