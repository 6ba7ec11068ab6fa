"""The small facts the index keeps of each file: what it defines, imports, calls and mentions.

Facts depend on the file's text and its dotted name alone, so they are kept by content hash. They
hold names as the file tells them; `lever_fix.index.index` follows them across files.
"""

from __future__ import annotations

import zlib
from typing import Literal, TypeVar

import msgspec

from lever_fix.model import Value

Unpacked = TypeVar("Unpacked")
ParameterKind = Literal["positional-only", "positional", "star", "keyword-only", "double-star"]


class Parameter(Value, frozen=True, omit_defaults=True):
    """A parameter of a function; annotation and default as they are written."""

    name: str
    kind: ParameterKind = "positional"
    annotation: str = ""
    default: str = ""


class FunctionFacts(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A `def` or `async def`."""

    name: str
    """Qualified name inside the module."""
    line: int
    first: int
    """The line that it begins on: that of its first decorator, where it has one."""
    last: int
    is_async: bool = False
    is_generator: bool = False
    parameters: tuple[Parameter, ...] = ()
    returns: str = ""
    """The return annotation as written."""
    decorators: tuple[str, ...] = ()
    """Dotted names, resolved as far as the file tells; `?` for what has none."""
    in_class: str = ""
    """Qualified name of the class whose body it stands in."""
    in_function: bool = False
    """True where it stands inside another function."""


class ClassFacts(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A class."""

    name: str
    """Qualified name inside the module."""
    line: int
    bases: tuple[str, ...] = ()
    """Dotted names, resolved as far as the file tells; `?` for what has none."""
    decorators: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    """Every name its body binds."""
    annotations: dict[str, str] = {}
    """Annotations of its body as written, by name."""
    stored: tuple[str, ...] = ()
    """Attributes its methods assign on `self` or `cls`."""
    renamed: dict[str, str] = {}
    """What `Field(alias="...")` calls an annotated name of its body: empty for more than a name."""


class Unclear(Value, frozen=True, array_like=True):
    """A name of the top level of a module that is not bound just once, by what tells what it is.

    Attributes:
        names: Every dotted name that it may stand for; none where that is not known.
        known: What it is taken for in an annotation.
    """

    names: tuple[str, ...]
    known: str


class Mention(Value, frozen=True, array_like=True):
    """A call of something, or a reading of it that is no call.

    Where only the last name is known, one mention stands for all alike in the same scope.

    Attributes:
        target: Dotted name as far as the file tells; `?.name` where only the last name is known.
        start: Offset of the expression that names it.
        scope: Qualified name of the function or class it stands in.
        is_call: False where it is only read: handed on, stored, compared.
        awaited: True for a call that is awaited on the spot.
    """

    target: str
    start: int
    scope: str
    is_call: bool
    awaited: bool


class ModuleFacts(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What one file tells."""

    path: str
    name: str
    """Dotted name of the module."""
    imports: dict[str, str] = {}
    """Absolute dotted names that module-level imports bind, by bound name."""
    stars: tuple[str, ...] = ()
    """Modules of star imports at module level."""
    also_imported: tuple[str, ...] = ()
    """What else is imported: in functions and classes, and the modules of `import a.b`."""
    exports: tuple[str, ...] | None = None
    """`__all__`, where it is a plain list of strings."""
    functions: dict[str, FunctionFacts] = {}
    classes: dict[str, ClassFacts] = {}
    aliases: dict[str, str] = {}
    """Module-level names that are other names for a dotted name."""
    variables: dict[str, str] = {}
    """Other module-level names: the dotted name of what is called to make them, else empty."""
    unclear: dict[str, Unclear] = {}
    """Module-level names that may stand for something else than the above tells."""
    packed: bytes = b""
    """The mentions as they are kept: they are most of what a file tells, and rarely asked for."""

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """What the file calls and hands on, in source order; unpacked whenever it is asked for."""
        return unpacked(self.packed, _MENTIONS) if self.packed else ()


_MENTIONS = msgspec.msgpack.Decoder(tuple[Mention, ...])
_LEVEL = 1
"""Of compression: a fifth of the size for a hundredth of the time that facts take to make. Every
process holds the facts of the whole project."""


def packed(value: object) -> bytes:
    """A value as the index keeps it."""
    return zlib.compress(msgspec.msgpack.encode(value), _LEVEL)


def unpacked(data: bytes, decoder: msgspec.msgpack.Decoder[Unpacked]) -> Unpacked:
    """What a packed value was."""
    return decoder.decode(zlib.decompress(data))
