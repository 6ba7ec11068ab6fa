import httpx


async def read(client, url):
    return url


async def main(url):
    found = []
    async with httpx.AsyncClient(timeout=0.3) as client:
        for path in ("/status/200", "/status/404", "/slow", "/truncated"):
            try:
                response = await client.post(url + path)
                response.raise_for_status()
                found.append(response.text)
            except httpx.HTTPStatusError as error:
                found.append(error.response.status_code)
            except httpx.TimeoutException:
                found.append("slow")
            except httpx.RequestError:
                found.append("broken")
    return found
