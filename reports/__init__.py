"""What a run showed: result models, and one writer a format. Knows nothing of platform or suites."""
