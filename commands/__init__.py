"""The larger commands of provbank, one module each; they wire, and hold no logic."""
