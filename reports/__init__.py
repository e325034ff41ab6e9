"""What a run showed: result models, and one writer a format. Knows no platform and no suite."""
