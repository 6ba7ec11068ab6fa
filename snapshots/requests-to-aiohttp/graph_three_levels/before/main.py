from service import report


async def main(url):
    print(report(url))
    return report(url).upper()
