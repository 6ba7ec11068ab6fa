"""From source files to a plan, and from accepted findings to verified new files."""
