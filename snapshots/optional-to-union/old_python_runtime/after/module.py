from typing import Optional, Union, cast

Alias = Union[int, str]


class Settings:
    name: Optional[str] = None

    def load(self, path: Optional[str] = None) -> Optional[str]:
        return cast(Optional[str], path)
