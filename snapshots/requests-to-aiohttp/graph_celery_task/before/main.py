from tasks import read


def main(url):
    return read.apply(args=(url,)).get()
