"""How each program beside us is asked: one line in, one time out. No library, so all can use it.

A child says `ready`, then reads the name of an act and how often to do it, and writes the median
milliseconds. So the parent can ask ours and theirs in turns, and what disturbs one disturbs all.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable


def answer(acts: dict[str, Callable[[], object]]) -> None:
    out = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    print("ready", file=out, flush=True)
    for line in sys.stdin:
        name, times = json.loads(line)
        if name not in acts:
            print("null", file=out, flush=True)
            continue
        seen = []
        for _ in range(times):
            started = time.perf_counter()
            acts[name]()
            seen.append((time.perf_counter() - started) * 1000)
        print(json.dumps(statistics.median(seen)), file=out, flush=True)
