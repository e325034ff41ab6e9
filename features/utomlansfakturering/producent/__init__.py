"""The receiving region's system, as producer."""
