import requests


async def main(url):
    try:
        response = requests.get(
            url + "/json/object",
            headers={"A": "b"},
            timeout=5,  # long enough
        )

        # what it says
        found = response.json()
    except KeyError:
        return None
    for name in ("plain", "empty"):
        requests.get(
            f"{url}/json/{name}",
            timeout=5  # no comma
            # nor here
        )
    return found, requests.post(
        url + "/echo",  # all of it
        data={"a": "b"},  # a form
    ).status_code
