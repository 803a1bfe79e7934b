"""Python's loky on the work of the comparison: prints the seconds of one warm run. Its sum is checked here."""
import sys
import time

import loky


def double(x):
    return 2 * x


if __name__ == "__main__":
    count = int(sys.argv[2])
    executor = loky.get_reusable_executor(max_workers=2)
    list(executor.map(double, range(1000), chunksize=10))
    start = time.perf_counter()
    total = sum(executor.map(double, range(1, count + 1), chunksize=1000))
    seconds = time.perf_counter() - start
    assert total == count * (count + 1), total
    print(seconds)
    executor.shutdown(wait=True)
