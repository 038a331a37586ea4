"""What processes count together, with Redis and without."""

import pytest
from django.conf import settings

from portal.shared_cache import SharedCache

AWAY = "unix:///nowhere/redis.sock"


@pytest.fixture(params=["shared", "away"])
def cache(request, redis_server) -> SharedCache:
    return SharedCache(settings.REDIS_URL if request.param == "shared" else AWAY, {})


def test_it_holds_what_it_is_given(cache):
    cache.set("history", [1.5, 2.5], timeout=60)
    assert cache.get("history") == [1.5, 2.5]
    assert cache.add("history", "other") is False
    assert cache.delete("history") is True
    assert cache.get("history", "none") == "none"


def test_it_counts(cache):
    cache.add("count", 0, timeout=60)
    assert [cache.incr("count") for _ in range(3)] == [1, 2, 3]
    assert cache.has_key("count")
    assert cache.touch("count", 60)


def test_processes_share_it(redis_server):
    one, other = (SharedCache(settings.REDIS_URL, {}) for _ in range(2))
    one.set("word", "y")
    assert other.get("word") == "y"


def test_nothing_is_unpickled(redis_server):
    import pickle

    import redis

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.set(":1:trap", pickle.dumps(["x"]))
    with pytest.raises(ValueError, match=r"decode|JSON|Expecting"):
        SharedCache(settings.REDIS_URL, {}).get("trap")
