"""The simulated region systems, one module a role; their known defects beside them."""
