"""A validator of its own that has names in common with typing."""

from voluptuous import Optional, Schema

SCHEMA = Schema({Optional["name"]: str, Optional["age"]: int})
