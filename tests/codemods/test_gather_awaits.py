"""Which awaits may run together, which may not, and how the gather is set."""
