"""The ways of counting, one file each: values in, a result with its own explanation out. Pure."""

from collections.abc import Mapping

from pools.decisions.counting import big_yes_no, yes_no
from pools.decisions.counting.result import Rule

RULES: Mapping[str, Rule] = {"yes_no": yes_no.RULE, "big_yes_no": big_yes_no.RULE}
