"""How fast lever-fix is beside its peers, and what it makes of large packages."""
