"""Starting a group: a list of tasks, each a page that is kept, and a last look before it starts."""

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from flask import Blueprint, Response, g, request
from sqlmodel import Session

import web
from members import access
from pools.agreement import in_words
from pools.clubbing import starting
from pools.clubbing.start_forms import (
    CostForm,
    PlaceForm,
    RulesForm,
    StartForm,
    TaskForm,
    WhenForm,
    filled,
)
from pools.clubbing.starting import Answers, Plan
from pools.clubbing.sums import Sums, sums
from pools.models import Pool

views = Blueprint("starting", __name__)


@dataclass(frozen=True)
class Task:
    """One page of starting. `done` if its answers are there and still right."""

    key: str
    words: str
    form: type[TaskForm]


TASKS = (
    Task("place", "The place", PlaceForm),
    Task("cost", "What it costs", CostForm),
    Task("rules", "Our rules", RulesForm),
    Task("when", "When it starts", WhenForm),
)
FORMS = {task.key: task.form for task in TASKS}


@dataclass(frozen=True)
class Forms:
    """Every task's form as it was left, each looked at again: a date may be over by now."""

    place: PlaceForm
    cost: CostForm
    rules: RulesForm
    when: WhenForm
    done: frozenset[str]

    @property
    def whole(self) -> bool:
        return len(self.done) == len(TASKS)

    @property
    def sums(self) -> Sums | None:
        if "cost" not in self.done:
            return None
        return sums(self.cost.cost, self.cost.price.pence or self.rules.list_price.pence)

    def plan(self, pool_id: UUID) -> Plan:
        return Plan(
            id=pool_id,
            name=self.place.name.data,
            place=self.place.place.data,
            what=self.place.what.data,
            phone=self.place.phone.data or None,
            serves=tuple(self.place.serves.data or ()),
            days=tuple(sorted(int(day) for day in self.place.days.data)),
            starts=time.fromisoformat(self.place.starts.data),
            ends=time.fromisoformat(self.place.ends.data),
            cost=self.cost.cost,
            terms=self.rules.terms,
            closes_at=self.when.closes_at,
            starts_on=self.when.starts_on.data,
        )


def _forms(answers: Answers) -> Forms:
    made = {task.key: filled(task.form, answers.get(task.key)) for task in TASKS}
    made["when"].weekdays = _weekdays(answers)
    done = frozenset(key for key, form in made.items() if key in answers and form.validate())
    return Forms(**made, done=done)


def _weekdays(answers: Answers) -> tuple[int, ...]:
    return tuple(sorted(int(day) for day in answers.get("place", {}).get("days", ())))


def _answers() -> Answers:
    return starting.answers_of(web.reading(), g.me)


@views.get("/start")
@access.signed_in
def start() -> Response:
    forms = _forms(_answers())
    return web.page("starting/start.html", tasks=TASKS, done=forms.done, whole=forms.whole)


@views.route("/start/<any(place, cost, rules, when):task>", methods=["GET", "POST"])
@access.signed_in
def task(task: str) -> Response:
    """One task. Its answers are kept when they are right; "Work it out" keeps and stays."""
    answers = _answers()
    sent = request.method == "POST"
    form = FORMS[task]() if sent else filled(FORMS[task], answers.get(task))
    if task == "when":
        form.weekdays = _weekdays(answers)
    if task == "rules" and not sent and task not in answers:  # the price they tried, to keep
        form.list_price.process_data(*answers.get("cost", {}).get("price") or [""])

    def keep(session: Session) -> None:
        starting.keep_answers(session, g.me, task, form.kept, now=web.now())

    if sent and web.saved(form, keep):
        stays = request.form.get("act") == "work"
        return web.go("starting.task", task=task) if stays else _next(task)
    worked_out = _forms(answers).sums if not sent else None
    return web.page(f"starting/{task}.html", form=form, sums=worked_out)


def _next(key: str) -> Response:
    """On to the first task after this one that is not done; or to the last look."""
    done = _forms(_answers()).done
    keys = [task.key for task in TASKS]
    later = [one for one in keys[keys.index(key) + 1 :] if one not in done]
    waiting = later or [one for one in keys if one not in done]
    return web.go("starting.task", task=waiting[0]) if waiting else web.go("starting.look")


@views.route("/start/look", methods=["GET", "POST"])
@access.signed_in
def look() -> Response:
    form, made = StartForm(), list[Pool]()
    if form.validate_on_submit() and (before := starting.started(web.reading(), form.key, g.me)):
        return _started(before)
    forms = _forms(_answers())
    if not forms.whole:
        return web.go("starting.start", said="Finish each page first.")
    plan = forms.plan(form.key)
    if web.saved(
        form, lambda session: made.append(starting.start(session, plan, g.me, now=web.now()))
    ):
        return _started(made[0])
    words = in_words(plan.terms)
    return web.page("starting/look.html", form=form, plan=plan, sums=forms.sums, rules=words)


def _started(pool: Pool) -> Response:
    return web.go("pools.invites", slug=pool.slug, said="Your group has started. Now ask people.")
