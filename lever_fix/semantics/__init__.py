"""One module's meaning: its lexical shape, its statements, its names."""
