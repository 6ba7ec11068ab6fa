"""Views of a plan: text, statistics, diff, JSON, SARIF, GitHub annotations. Nothing here prints."""
