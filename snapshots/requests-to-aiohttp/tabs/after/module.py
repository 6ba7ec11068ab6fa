import aiohttp


async def main(url):
	async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
		async with session.get(url + "/text/ascii", max_redirects=31) as response:
			text = """
	kept
  as it is"""
			return await response.text(errors="replace") + text
