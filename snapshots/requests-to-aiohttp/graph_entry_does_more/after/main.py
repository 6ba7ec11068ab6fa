import argparse
import asyncio

from client import fetch


async def served(url):
    await asyncio.sleep(0)
    return url[:4]


def serve(arguments):
    return asyncio.run(served(arguments.url))


def main(url):
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.set_defaults(call=serve)
    arguments = parser.parse_args([url])
    news = asyncio.run(fetch(url, "object"))
    return arguments.call(arguments), news, asyncio.run(fetch(url, "plain"))["a"]
