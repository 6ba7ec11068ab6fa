from client import read


async def main(url):
    return read(url)
