"""The steps of the profile's features."""
