import aiohttp


async def ask(url):
    try:
        async with aiohttp.ClientSession() as session:
            async with session.get(
                url,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=0.5, sock_read=0.5),
                max_redirects=31,
            ) as response:
                await response.read()
                response.raise_for_status()
        return "answered"
    except TimeoutError:
        return "late"  # too late
    except aiohttp.ClientConnectionError:
        return "not there"
    except aiohttp.ClientResponseError:
        return "wrong"  # or so
    except (aiohttp.ClientError, TimeoutError):
        return "else"


async def main(url):
    paths = ("/echo", "/status/503", "/slow/2")
    return [await ask(url + path) for path in paths], await ask("http://127.0.0.1:1/")
