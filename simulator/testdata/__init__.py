"""Made-up persons with visits and fees: every case worth testing, and what is expected of it."""
