import httpx


async def main(url):
    client = httpx.AsyncClient(headers={"X-Token": "secret"})
    found = []
    for number in range(2):
        response = await client.get(f"{url}/echo/{number}")
        found.append(response.json()["headers"]["x-token"])
    await client.aclose()
    return found
