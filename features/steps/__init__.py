"""The steps of the suites: arrange (Givet), call (När), inspect (Så)."""
