import httpx


async def main(url):
    async with httpx.AsyncClient(follow_redirects=True) as client:
        allowed = (await client.get(url + "/loop/20")).status_code
        head = (await client.head(url + "/redirect/302")).status_code
        try:
            await client.get(url + "/loop/21")
        except httpx.TooManyRedirects:
            return allowed, head, "too many"
