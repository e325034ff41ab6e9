"""What the specifications say: contracts, schemas, rules and requirements. Imports nothing of ours."""
