"""What several codemods share, by subject."""
