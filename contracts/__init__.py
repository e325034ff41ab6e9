"""What the specifications say: contracts, schemas, rules, requirements. Imports nothing of ours."""
