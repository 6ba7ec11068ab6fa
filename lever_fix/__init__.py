"""Rewrite Python back ends toward a team's written standards.

Importing this package costs nothing: no third-party module is loaded until a command needs it.
"""

__version__ = "0.1.0"
