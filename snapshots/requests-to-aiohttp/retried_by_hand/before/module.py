import asyncio

import requests


async def read(url):
    for attempt in range(3):
        try:
            response = requests.post(url, json={"attempt": attempt}, timeout=5)
            response.raise_for_status()
            return response.json()
        except requests.RequestException as error:
            if attempt == 2:
                raise
            print(f"attempt {attempt}: {type(error)}")
            await asyncio.sleep(0)


async def main(url):
    try:
        await read(url + "/status/503")
    except Exception as error:
        return "gave up"
