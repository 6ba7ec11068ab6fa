class Row:
    def __init__(self, customer):
        self.customer = customer


def main(session):
    session = {"rows": [Row("Ada"), Row("Ben")]}
    for row in session.get("rows", []):
        print(row.customer)
