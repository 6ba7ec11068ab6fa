import requests


async def main(url):
    try:
        return requests.get(url + "/echo", timeout=0.5).status_code
    except requests.ConnectionError:
        return "not there"
    except OSError:
        return "system"
    except requests.Timeout:
        return "late"
