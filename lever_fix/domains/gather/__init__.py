"""Independent awaits: where they stand, what may be done with them, and how they are written."""
