"""Calls of blocking HTTP libraries, and the same ones written for aiohttp."""
