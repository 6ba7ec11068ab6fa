"""Hand-written retry loops: recognised as frozen descriptions, and written with tenacity."""
