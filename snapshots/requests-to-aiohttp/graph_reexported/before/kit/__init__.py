from kit.client import fetch
