"""What the calls of well-known libraries do: classes of resources, and effects of their methods.

A class is named by its package and its own name, whatever module it is imported from:
`sqlalchemy.AsyncSession`. An effect is one of

- `pure`: nothing that another task could tell;
- `read X`, `write X`: looks at, or changes, X: `database`, `http`, `file`, `cache`, `process`;
- `statement`: a database call that does what its first argument says;
- `ordered X`: the order matters: a lock, a queue, a stream;
- `waits`: gives way to other tasks, and does nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

EXCLUSIVE: Mapping[str, str] = {
    **dict.fromkeys(
        """
        sqlalchemy.AsyncSession sqlalchemy.Session sqlalchemy.scoped_session
        sqlalchemy.async_scoped_session sqlmodel.AsyncSession sqlmodel.Session
        """.split(),
        "database session",
    ),
    **dict.fromkeys(
        """
        sqlalchemy.AsyncConnection sqlalchemy.Connection sqlalchemy.AsyncTransaction
        asyncpg.Connection asyncpg.PoolConnectionProxy asyncpg.Transaction aiosqlite.Connection
        aiosqlite.Cursor psycopg.AsyncConnection psycopg.AsyncCursor psycopg.Connection
        psycopg.Cursor psycopg2.connection aiomysql.Connection aiomysql.Cursor sqlite3.Connection
        sqlite3.Cursor motor.AsyncIOMotorClientSession pymongo.ClientSession databases.Connection
        """.split(),
        "database connection",
    ),
    **dict.fromkeys(
        "redis.Pipeline redis.PubSub redis.ClusterPipeline aioredis.Pipeline".split(), "pipeline"
    ),
    **dict.fromkeys(
        """
        fastapi.WebSocket starlette.WebSocket websockets.WebSocketClientProtocol
        websockets.ClientConnection websockets.ServerConnection aiohttp.ClientWebSocketResponse
        aiohttp.WebSocketResponse
        """.split(),
        "web socket",
    ),
    **dict.fromkeys(
        """
        asyncio.StreamReader asyncio.StreamWriter asyncio.Process asyncio.Transport
        subprocess.Popen mcp.ClientSession anyio.TextFile aiofiles.AsyncTextIOWrapper
        fastapi.UploadFile starlette.UploadFile fastapi.Request starlette.Request
        """.split(),
        "stream",
    ),
}
"""Classes of which one task may use an instance at a time, and what to call them."""

LOCKS = frozenset(
    """
    asyncio.Lock asyncio.Event asyncio.Condition asyncio.Semaphore asyncio.BoundedSemaphore
    asyncio.Barrier asyncio.Queue asyncio.PriorityQueue asyncio.LifoQueue threading.Lock
    threading.RLock threading.Condition threading.Semaphore threading.Event queue.Queue
    redis.Lock filelock.FileLock filelock.AsyncFileLock
    """.split()
)
"""Classes by which tasks wait for each other."""

METHODS: Mapping[str, Mapping[str, str]] = {
    "httpx.AsyncClient": {
        "read http": "get head options",
        "write http": "delete patch post put request send stream",
        "write client": "aclose",
        "pure": "build_request",
    },
    "httpx.Response": {
        "pure": "json raise_for_status read",
        "read http": "aread aiter_bytes aiter_lines aiter_text",
    },
    "aiohttp.ClientSession": {
        "read http": "get head options",
        "write http": "delete patch post put request ws_connect",
        "write client": "close",
    },
    "aiohttp.ClientResponse": {
        "read http": "json read text",
        "pure": "raise_for_status release get_encoding",
    },
    "sqlalchemy.AsyncSession": {
        "statement": "execute scalar scalars stream stream_scalars",
        "read database": "get get_one",
        "write database": "add add_all begin begin_nested commit connection delete delete_all"
        " flush invalidate merge refresh rollback reset run_sync",
        "pure": "close expunge expunge_all get_bind in_transaction is_modified no_autoflush",
    },
    "sqlmodel.AsyncSession": {
        "statement": "exec execute scalar scalars stream",
        "read database": "get get_one",
        "write database": "add add_all begin begin_nested commit delete flush merge refresh"
        " rollback run_sync",
        "pure": "close expunge expunge_all in_transaction",
    },
    "sqlalchemy.AsyncConnection": {
        "statement": "execute scalar scalars stream stream_scalars exec_driver_sql",
        "write database": "begin begin_nested commit rollback run_sync",
        "pure": "close",
    },
    "sqlalchemy.AsyncEngine": {"pure": "connect", "write database": "begin dispose"},
    "sqlalchemy.async_sessionmaker": {"pure": "__call__", "write database": "begin configure"},
    "sqlalchemy.sessionmaker": {"pure": "__call__", "write database": "begin configure"},
    "sqlalchemy.Result": {
        "pure": "all columns fetchall fetchmany fetchone first freeze keys mappings one"
        " one_or_none partitions scalar scalar_one scalar_one_or_none scalars tuples unique"
        " yield_per close"
    },
    "asyncpg.Pool": {
        "statement": "fetch fetchrow fetchval fetchmany",
        "write database": "execute executemany copy_from_table copy_to_table close",
        "pure": "acquire release get_size",
    },
    "asyncpg.Connection": {
        "statement": "fetch fetchrow fetchval execute",
        "write database": "executemany copy_records_to_table transaction",
        "pure": "close prepare",
    },
    "aiosqlite.Connection": {
        "statement": "execute execute_fetchall",
        "write database": "commit executemany executescript rollback",
        "pure": "close cursor",
    },
    "aiosqlite.Cursor": {"read database": "fetchone fetchall fetchmany", "statement": "execute"},
    "redis.Redis": {
        "read cache": "bitcount dbsize exists get getbit getrange hexists hget hgetall hkeys hlen"
        " hmget hscan hvals keys lindex llen lrange mget pttl scan scard sdiff sinter sismember"
        " smembers srandmember strlen sunion ttl type zcard zcount zrange zrangebyscore zrank"
        " zrevrange zscore",
        "write cache": "append decr decrby delete execute_command expire expireat flushdb getdel"
        " getset hdel hincrby hset hsetnx incr incrby incrbyfloat lpop lpush lrem ltrim mset"
        " persist publish rename rpop rpush sadd set setex setnx spop srem unlink xadd zadd"
        " zincrby zrem eval evalsha aclose close",
        "ordered pipeline": "pipeline pubsub lock blpop brpop",
    },
    "motor.AsyncIOMotorCollection": {
        "read database": "aggregate count_documents distinct estimated_document_count find"
        " find_one",
        "write database": "bulk_write delete_many delete_one find_one_and_delete"
        " find_one_and_replace find_one_and_update insert_many insert_one replace_one update_many"
        " update_one",
    },
    "pydantic.BaseModel": {
        "pure": "construct copy dict from_orm json model_construct model_copy model_dump"
        " model_dump_json model_json_schema model_validate model_validate_json parse_obj parse_raw"
    },
    "re.Pattern": {"pure": "findall finditer fullmatch match search split sub subn"},
    "re.Match": {"pure": "end expand group groupdict groups span start"},
    "requests.Session": {"read http": "get head options", "write http": "delete patch post put"},
}
"""Effects by class and method: of each class the names for each effect, in one string."""

FAMILIES: Mapping[str, str] = {
    "sqlalchemy.Session": "sqlalchemy.AsyncSession",
    "sqlalchemy.async_scoped_session": "sqlalchemy.AsyncSession",
    "sqlalchemy.scoped_session": "sqlalchemy.AsyncSession",
    "sqlmodel.Session": "sqlmodel.AsyncSession",
    "sqlalchemy.Connection": "sqlalchemy.AsyncConnection",
    "sqlalchemy.Engine": "sqlalchemy.AsyncEngine",
    "sqlalchemy.ScalarResult": "sqlalchemy.Result",
    "sqlalchemy.AsyncResult": "sqlalchemy.Result",
    "sqlalchemy.CursorResult": "sqlalchemy.Result",
    "pydantic.RootModel": "pydantic.BaseModel",
    "sqlmodel.SQLModel": "pydantic.BaseModel",
    "redis.RedisCluster": "redis.Redis",
    "redis.StrictRedis": "redis.Redis",
    "aioredis.Redis": "redis.Redis",
    "asyncpg.PoolConnectionProxy": "asyncpg.Connection",
    "httpx.Client": "httpx.AsyncClient",
    "pymongo.AsyncCollection": "motor.AsyncIOMotorCollection",
    "pymongo.Collection": "motor.AsyncIOMotorCollection",
}
"""Classes whose methods do what those of another class do."""

RETURNS: Mapping[str, str] = {
    "aiohttp.ClientSession.get": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.head": "aiohttp.ClientResponse",
    "aiohttp.ClientSession.post": "aiohttp.ClientResponse",
    "aiosqlite.Connection.cursor": "aiosqlite.Cursor",
    "aiosqlite.Connection.execute": "aiosqlite.Cursor",
    "aiosqlite.connect": "aiosqlite.Connection",
    "asyncpg.Pool.acquire": "asyncpg.Connection",
    "asyncpg.connect": "asyncpg.Connection",
    "asyncpg.create_pool": "asyncpg.Pool",
    "httpx.AsyncClient.delete": "httpx.Response",
    "httpx.AsyncClient.get": "httpx.Response",
    "httpx.AsyncClient.head": "httpx.Response",
    "httpx.AsyncClient.options": "httpx.Response",
    "httpx.AsyncClient.patch": "httpx.Response",
    "httpx.AsyncClient.post": "httpx.Response",
    "httpx.AsyncClient.put": "httpx.Response",
    "httpx.AsyncClient.request": "httpx.Response",
    "re.compile": "re.Pattern",
    "re.fullmatch": "re.Match",
    "re.match": "re.Match",
    "re.search": "re.Match",
    "redis.Redis.from_url": "redis.Redis",
    "redis.from_url": "redis.Redis",
    "redis.Redis.pipeline": "redis.Pipeline",
    "redis.Redis.pubsub": "redis.PubSub",
    "sqlalchemy.AsyncConnection.execute": "sqlalchemy.Result",
    "sqlalchemy.AsyncConnection.scalars": "sqlalchemy.Result",
    "sqlalchemy.AsyncEngine.begin": "sqlalchemy.AsyncConnection",
    "sqlalchemy.AsyncEngine.connect": "sqlalchemy.AsyncConnection",
    "sqlalchemy.AsyncSession.execute": "sqlalchemy.Result",
    "sqlalchemy.AsyncSession.scalars": "sqlalchemy.Result",
    "sqlalchemy.Result.mappings": "sqlalchemy.Result",
    "sqlalchemy.Result.scalars": "sqlalchemy.Result",
    "sqlalchemy.Result.unique": "sqlalchemy.Result",
    "sqlalchemy.async_scoped_session.__call__": "sqlalchemy.AsyncSession",
    "sqlalchemy.async_sessionmaker.__call__": "sqlalchemy.AsyncSession",
    "sqlalchemy.async_sessionmaker.begin": "sqlalchemy.AsyncSession",
    "sqlalchemy.create_async_engine": "sqlalchemy.AsyncEngine",
    "sqlalchemy.create_engine": "sqlalchemy.Engine",
    "sqlalchemy.sessionmaker.__call__": "sqlalchemy.Session",
    "sqlalchemy.sessionmaker.begin": "sqlalchemy.Session",
    "sqlmodel.AsyncSession.exec": "sqlalchemy.Result",
    "sqlmodel.AsyncSession.execute": "sqlalchemy.Result",
}
"""The class of what a call returns, awaited or entered: always a new object of the caller's."""

POOLED = frozenset({"sqlalchemy.async_sessionmaker", "asyncpg.Pool", "sqlalchemy.AsyncEngine"})
"""Classes that hand out connections of a pool."""

STATEMENTS = frozenset({"select", "exists", "union", "union_all", "values", "table"})
"""Functions whose result is a statement that only reads."""


def canonical(qualified: str) -> str:
    """Package and class of a dotted name, whatever modules are in between."""
    parts = qualified.split(".")
    return f"{parts[0]}.{parts[-1]}" if len(parts) > 1 else qualified


def _by_method() -> dict[str, dict[str, str]]:
    return {
        name: {method: effect for effect, words in table.items() for method in words.split()}
        for name, table in METHODS.items()
    }


_BY_METHOD = _by_method()


def method_effect(name: str, method: str) -> str | None:
    """The effect of a method of a class in canonical form; None where it is not known."""
    return _BY_METHOD.get(FAMILIES.get(name, name), {}).get(method)


def is_known(name: str) -> bool:
    """Whether the class's methods are known at all."""
    return FAMILIES.get(name, name) in _BY_METHOD


def returned(name: str, method: str) -> str | None:
    """The class, in canonical form, of what a method returns; None where it is not known."""
    own = RETURNS.get(f"{name}.{method}")
    return own or RETURNS.get(f"{FAMILIES.get(name, name)}.{method}")
