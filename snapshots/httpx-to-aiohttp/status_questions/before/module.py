import httpx


async def main(url):
    async with httpx.AsyncClient() as client:
        response = await client.get(url + "/status/404")
        if response:
            return response.is_success, response.is_error, not response.is_client_error
