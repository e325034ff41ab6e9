"""A tjänsteplattform in a process, and the regions connected to it. Imports contracts."""
