"""Simulated producers: scripted answers, chosen by what was asked."""
