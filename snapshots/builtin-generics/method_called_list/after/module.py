from typing import List


class Files:
    def list(self) -> List[str]:
        return []

    def names(self) -> List[str]:
        return self.list()
