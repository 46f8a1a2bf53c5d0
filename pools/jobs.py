"""One thing that waits for somebody with a job in the group. Each room says its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """`words` say what to do ("Check a bill"), `href` is where, `count` how many wait."""

    words: str
    href: str
    count: int = 1
