import requests
import requests.utils


async def main(url):
    name = requests.utils.quote("a b/c")
    joined = requests.compat.urljoin(url, f"/echo?name={name}")
    return requests.get(joined, timeout=5).status_code
