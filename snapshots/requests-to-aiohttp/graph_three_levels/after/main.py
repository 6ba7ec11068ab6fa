from service import report


async def main(url):
    print(await report(url))
    return (await report(url)).upper()
