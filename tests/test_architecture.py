"""The house's own rules, held by reading the code (design: how the code is laid out)."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Downstairs: a room may use any room later in this list, none before it.
STAIRS = [
    "commands", "demo", "app", "tick",
    "payments",
    "pools.packs", "pools.demand", "pools.spending", "pools.funds", "pools.bands", "pools.register",
    "pools.decisions", "pools.clubbing", "pools",
    "members", "web", "headers", "ledger", "migrations", "db", "config", "errors",
]  # fmt: skip
FOLDERS = ("ledger", "members", "pools", "payments", "demo")
PURE = (
    "ledger/money.py", "ledger/accounting.py", "ledger/chain.py", "pools/reference.py",
    "pools/clubbing/cost.py", "pools/clubbing/largest.py", "pools/clubbing/price.py",
    "pools/clubbing/price_file.py", "pools/clubbing/sums.py", "pools/clubbing/leavers.py",
    "pools/clubbing/resilience.py", "pools/clubbing/year.py", "pools/decisions/counting/*.py",
    "payments/statements/*.py", "pools/spending/forecast.py", "pools/spending/weeks.py",
    "members/needs.py", "members/money_from.py",
)  # fmt: skip
PURE_LIBRARIES = {"errors", "orjson", "mnemonic", "babel", "numpy"}
NEVER_NAMED = {"utils", "helpers", "common", "services", "manager"}


def modules() -> list[Path]:
    top = [p for p in ROOT.glob("*.py") if p.name != "start.py"]
    return sorted(top + [p for folder in FOLDERS for p in (ROOT / folder).rglob("*.py")])


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(path: Path) -> set[str]:
    """Every module named in an import, type-only ones too."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def stair(module: str) -> int | None:
    for name in sorted(STAIRS, key=len, reverse=True):
        if module == name or module.startswith(name + "."):
            return STAIRS.index(name)
    return None


def own_name(path: Path) -> str:
    return (
        str(path.relative_to(ROOT)).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    )


def test_everything_falls_downstairs():
    climbs = [
        f"{own_name(path)} imports {name}"
        for path in modules()
        for name in imports(path)
        if (there := stair(name)) is not None and (here := stair(own_name(path))) is not None
        if there < here
    ]
    assert climbs == []


def test_the_money_book_knows_nothing_of_the_web():
    for path in (ROOT / "ledger").rglob("*.py"):
        assert not {n.split(".")[0] for n in imports(path)} & {
            "flask",
            "web",
            "members",
            "pools",
        }, path


def test_pure_modules_import_no_session_request_or_clock():
    for pattern in PURE:
        found = list(ROOT.glob(pattern))
        assert found, pattern
        for path in found:
            beside = {own_name(p).split(".")[0] for p in modules() if p in found} | {
                "ledger",
                "pools",
            }
            for name in imports(path):
                first = name.split(".")[0]
                allowed = first in sys.stdlib_module_names | PURE_LIBRARIES or first in beside
                assert allowed, f"{path} imports {name}"
            assert not re.search(r"\b(now|today|utcnow)\(\)", path.read_text()), path


@pytest.mark.parametrize(
    ("sign", "home"),
    [
        (r"^\s*import stripe|^\s*from stripe", "payments/gateway.py"),
        (r"HX-", "web.py"),
        (r"os\.environ|os\.getenv", "config.py"),
        (r"\.(commit|rollback)\(", "db.py"),
        (r"datetime\.now\(|date\.today\(|time\.time\(", "web.py"),
    ],
)
def test_some_things_have_one_home(sign, home):
    away = [
        str(path.relative_to(ROOT))
        for path in modules()
        if re.search(sign, path.read_text(), re.MULTILINE) and str(path.relative_to(ROOT)) != home
    ]
    assert away == []


def test_no_file_is_named_for_nothing():
    assert not [p for p in modules() if p.stem in NEVER_NAMED]


def test_every_module_says_what_belongs_in_it():
    assert not [p for p in modules() if p.read_text().strip() and not ast.get_docstring(tree(p))]


def test_functions_files_and_templates_stay_small():
    wrong = []
    for path in modules():
        if len(path.read_text().splitlines()) > 400:
            wrong.append(f"{path}: over 400 lines")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60:
                wrong.append(f"{path}:{node.name} over 60 lines")
    for path in (ROOT / "templates").rglob("*.html"):
        if len(path.read_text().splitlines()) > 150:
            wrong.append(f"{path}: over 150 lines")
    assert wrong == []


@pytest.mark.parametrize(("name", "most"), [("start.py", 100), ("app.py", 120)])
def test_the_front_doors_stay_short(name, most):
    assert len((ROOT / name).read_text().splitlines()) <= most


def test_start_uses_the_standard_library_and_names_no_address():
    text = (ROOT / "start.py").read_text()
    assert {name.split(".")[0] for name in imports(ROOT / "start.py")} <= sys.stdlib_module_names
    assert "://" not in text


def test_no_float_comes_near_money():
    for path in [
        *(ROOT / "ledger").rglob("*.py"),
        *(ROOT / "pools" / "clubbing").glob("price*.py"),
    ]:
        for node in ast.walk(tree(path)):
            bad = isinstance(node, ast.Constant) and isinstance(node.value, float)
            bad = bad or (isinstance(node, ast.Name) and node.id == "float")
            assert not bad, f"{path}:{getattr(node, 'lineno', 0)}"


def test_models_do_not_postpone_their_annotations():
    for path in ROOT.rglob("models.py"):
        if ".venv" not in path.parts:
            assert "from __future__ import annotations" not in path.read_text(), path
