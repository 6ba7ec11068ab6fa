"""What a function's name says of what it does, where its code cannot be read."""

from __future__ import annotations

import re

READS = frozenset(
    """
    all calculate check_exists compute count describe estimate exists fetch filter find first get
    head has is last latest list load lookup newest peek query read resolve retrieve search
    select summarize sum top total
    """.split()
)
"""First words of the names of functions that only look."""

WRITES = frozenset(
    """
    abort accept acknowledge ack acquire add append apply archive assign attach begin bind book
    broadcast bulk cancel charge clear close commit complete configure confirm connect consume
    copy create deactivate decr delete deliver deploy destroy detach disable discard disconnect
    dispatch drain drop emit enable enqueue ensure enter erase exec execute exit expire fail
    finalize finish flush forward grant import incr increment init initialize initiate insert
    install invalidate invoke issue join kill leave lock log login logout lpush mark merge migrate
    modify move nack notify open overwrite patch pause pay persist ping pipe poll pop post prepare
    process provision prune publish purge push put queue receive reconnect record recv refresh
    refund register reject release reload remove rename replace reply republish request reserve
    reset restart restore resume revoke rollback rotate rpush run save schedule seed send set
    setup shutdown sign signal spawn start stop store stream subscribe submit swap sync take
    teardown terminate track transfer trigger truncate try undo unlock unregister unsubscribe
    update upload upsert use wait warm watch write xadd
    """.split()
)
"""First words of the names of functions that change something, or whose order matters."""

GUARDS = frozenset(
    """
    assert authenticate authorize check enforce ensure guard limit require throttle validate verify
    """.split()
)
"""First words of the names of functions that what follows relies on."""

_GUARD_NAMES = re.compile(r"_or_(?:404|403|401|raise|fail|abort)\b|rate_?limit|permission", re.I)
_CHANGES = re.compile(
    r"_(?:or|and)_(?:create|insert|update|delete|save|set|store|refresh|lock|add|increment|mark"
    r"|register|init|initialize|reset|claim|pop)"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


def words(name: str) -> list[str]:
    """The words of a name, in lower case: `getUserById` and `get_user_by_id` alike."""
    return [word.lower() for word in _WORD.findall(name)]


def reads(name: str) -> bool:
    """True for a name that says that the function only looks: `get_user`, `count`."""
    found = words(name)
    return bool(found) and found[0] in READS and not writes(name)


def writes(name: str) -> bool:
    """True for a name that says that the function changes something: `create_user`."""
    found = words(name)
    return bool(found) and (found[0] in WRITES or _CHANGES.search(name) is not None)


def guards(name: str) -> bool:
    """True for a name that says that what follows relies on it: `ensure_owner`."""
    found = words(name)
    return bool(found) and (found[0] in GUARDS or _GUARD_NAMES.search(name) is not None)


REPOSITORIES = ("repo", "repository", "dao", "store", "service", "manager", "crud", "storage")
CLIENTS = ("client", "api", "sdk", "gateway", "http", "rest")
EXCLUSIVE = frozenset(
    """
    conn connection cur cursor db db_session dbsession lock pipe pipeline process proc pubsub
    session sess stream tran transaction tx txn uow unit_of_work websocket writer reader ws
    """.split()
)
"""Names of what only one task may use at a time, if they hold what they say."""


def _last_word(name: str, of: tuple[str, ...]) -> bool:
    found = words(name)
    return bool(found) and (found[-1] in of or found[-1].removesuffix("s") in of)


def is_repository(name: str) -> bool:
    """True for a name such as `user_repository` or `OrderService`."""
    return _last_word(name, REPOSITORIES)


def is_client(name: str) -> bool:
    """True for a name such as `github_client`."""
    return _last_word(name, CLIENTS)


def may_be_exclusive(name: str) -> bool:
    """True for a name such as `session`, `read_db` or `self._conn`."""
    plain = name.strip("_").lower()
    found = words(name)
    return plain in EXCLUSIVE or bool(found and found[-1] in EXCLUSIVE)
