"""What is left of a group that pays by band when one after the other leaves. Pure.

The same answer as counting the round anew after each, which asks hundreds of totals of each group:
here the totals are all asked at once, and only those that could work are filled.
"""

from bisect import bisect_left

import numpy as np

from pools.clubbing.cost import workers
from pools.clubbing.largest import Call, Party, Week, price_each

ALONE = Week(0, 1)
Whole = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


class ByBand:
    """One session's people by weight. `totals` are the sums of weights that a group could have,
    the highest first; `able` says for each weight how many could pay at each total.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.kinds = sorted(call.by_weight)
        self.weights = np.array([one.weight for one in call.ready], dtype=np.int64)
        self.mosts = np.array([one.most for one in call.ready], dtype=np.int64)
        heaviest = sorted((one.weight for one in call.ready), reverse=True)[: call.cost.capacity]
        self.totals = np.arange(sum(heaviest), 0, -1)
        self.staff = np.array([workers(call.cost, int(total)) for total in self.totals])
        self.limits = [
            [price_each(call, Party(int(total), int(total)), ALONE, kind) for total in self.totals]
            for kind in self.kinds
        ]
        self.limit_of = np.array(self.limits).reshape(len(self.kinds), len(self.totals))
        self.kind_of = np.searchsorted(self.kinds, self.weights)
        self.able = np.array(
            [
                [
                    len(call.by_weight[kind]) - bisect_left(call.by_weight[kind], limit)
                    for limit in row
                ]
                for kind, row in zip(self.kinds, self.limits, strict=True)
            ]
        ).reshape(len(self.kinds), len(self.totals))

    def sizes(self) -> list[tuple[int, int | None]]:
        """(people, price of weight 1) with nobody gone, then with one more gone each time: the
        heaviest first, of those who could pay most.
        """
        queue = self.call.ready
        order = sorted(
            range(len(queue)),
            key=lambda i: (-queue[i].weight, -queue[i].most, queue[i].at, queue[i].id),
        )
        found = [self._now()]
        for leaver in order:
            row = self.able[self.kinds.index(queue[leaver].weight)]
            np.subtract(row, 1, out=row, where=row > 0)
            self.mosts[leaver] = -1  # gone: could pay nothing
            found.append(self._now())
        return found

    def _now(self) -> tuple[int, int | None]:
        """The largest group, and of these the one with the fewest workers."""
        best, staff, price = 0, 0, None
        most = self._at_most()
        for place in np.flatnonzero(most > 0):
            total = int(self.totals[place])
            if total < best:
                break
            fewer = self.staff[place] < staff
            if most[place] < best + (not fewer):
                continue
            people = self._fill(int(place))
            if people > best or (fewer and people == best):
                best, staff = people, int(self.staff[place])
                price = price_each(self.call, Party(total, total), ALONE, 1)
        return best, price

    def _at_most(self) -> Whole:
        """For each total, how many could pay and fit if the lightest came first; 0 where those who
        could pay do not even weigh as much.
        """
        kinds = np.array(self.kinds).reshape(-1, 1)
        room, people = self.totals.copy(), np.zeros_like(self.totals)
        for kind, able in zip(self.kinds, self.able, strict=True):
            taken = np.minimum(able, room // kind)
            people += taken
            room -= kind * taken
        enough = (kinds * self.able).sum(axis=0) >= self.totals
        return np.where(enough, np.minimum(people, self.call.cost.capacity), 0)

    def _fill(self, place: int) -> int:
        """How many are in if each who can pay and still fits comes in the fair order; nobody unless
        they fill it exactly.
        """
        room, capacity = int(self.totals[place]), self.call.cost.capacity
        queue = self.weights[self.mosts >= self.limit_of[self.kind_of, place]]
        sums = np.cumsum(queue)
        straight = min(int(np.searchsorted(sums, room, side="right")), capacity)
        people = straight
        room -= int(sums[straight - 1]) if straight else 0
        for weight in queue[straight:].tolist():
            if not room or people == capacity:
                break
            if weight <= room:
                people, room = people + 1, room - weight
        return 0 if room else people
