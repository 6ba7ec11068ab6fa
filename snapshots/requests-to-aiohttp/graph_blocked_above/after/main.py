from service import both


def sums(url):
    yield both(url)


async def main(url):
    return list(sums(url))
