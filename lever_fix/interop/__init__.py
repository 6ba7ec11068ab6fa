"""Codemods written for other tools, run as if they were written for this one."""
