import requests


async def rates(url: str, base: str) -> dict:
    """Today's rates."""
    # One call a day is all we are allowed.
    response = requests.get(f"{url}/json/object", params={"base": base}, timeout=10)  # seconds
    response.raise_for_status()
    return response.json()


async def main(url):
    return await rates(url, "EUR")
