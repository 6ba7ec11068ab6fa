import asyncio

import httpx


async def main(url):
    async with httpx.AsyncClient() as client:
        answers = await asyncio.gather(client.get(url + "/text/ascii"), client.get(url + "/echo"))
        return [answer.status_code for answer in answers]
