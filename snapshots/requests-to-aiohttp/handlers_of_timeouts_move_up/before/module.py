import requests


def ask(url):
    try:
        response = requests.get(url, timeout=0.5)
        response.raise_for_status()
        return "answered"
    except requests.exceptions.ConnectionError:
        return "not there"
    except requests.exceptions.HTTPError:
        return "wrong"  # or so
    except requests.exceptions.Timeout:
        return "late"  # too late
    except requests.exceptions.RequestException:
        return "else"


async def main(url):
    paths = ("/echo", "/status/503", "/slow/2")
    return [ask(url + path) for path in paths], ask("http://127.0.0.1:1/")
