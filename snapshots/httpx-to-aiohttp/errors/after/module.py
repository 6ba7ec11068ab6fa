import aiohttp


async def read(client, url):
    return url


async def main(url):
    found = []
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=0.3, sock_read=0.3),
    ) as client:
        for path in ("/status/200", "/status/404", "/slow", "/truncated"):
            try:
                async with client.post(
                    url + path,
                    skip_auto_headers={"Content-Type"},
                    allow_redirects=False,
                ) as response:
                    response.raise_for_status()
                    found.append(await response.text(errors="replace"))
            except aiohttp.ClientResponseError as error:
                found.append(error.status)
            except TimeoutError:
                found.append("slow")
            except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError):
                found.append("broken")
    return found
