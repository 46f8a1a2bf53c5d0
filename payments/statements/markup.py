"""XML made safe: from text to a tree of names, texts and the lines where they stand.

What could be a bomb or reach outside the file (a DOCTYPE, entities) is refused before parsing.
"""

import re
from collections.abc import Iterator
from xml.parsers import expat

from payments.statements import refusals
from payments.statements.statement import MOST_LETTERS

UNSAFE = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
DEEP = 40
MOST_NODES = 250_000
ENDS_EARLY = {"no element found", "unclosed token", "partial character", "unclosed CDATA section"}


class Node:
    """One element. Its text is what stands in it if it holds no other elements."""

    __slots__ = ("line", "marks", "name", "parts", "text")

    def __init__(self, name: str, line: int, marks: dict[str, str] | None) -> None:
        self.name = name
        self.line = line
        self.marks = marks
        self.text = ""
        self.parts: list[Node] | None = None

    def all(self, name: str) -> list["Node"]:
        return [one for one in self.parts or () if one.name == name]

    def one(self, *path: str) -> "Node | None":
        """Down the path of names. Refuses what is there twice where once is right."""
        here = self
        for name in path:
            found = here.all(name)
            if len(found) > 1:
                raise refusals.SaidTwice(line=found[1].line, said=name)
            if not found:
                return None
            here = found[0]
        return here

    def said(self, *path: str) -> str:
        """The text at the end of the path, or nothing."""
        found = self.one(*path)
        return found.text if found else ""

    def mark(self, name: str) -> str:
        return (self.marks or {}).get(name, "").strip()

    def within(self, start: str) -> Iterator["Node"]:
        """The outermost elements whose name starts so, this one too."""
        if self.name.startswith(start):
            yield self
        else:
            for part in self.parts or ():
                yield from part.within(start)


class Builder:
    """What the parser calls. Names lose their prefixes: banks choose them freely."""

    def __init__(self, parser: expat.XMLParserType, before: int) -> None:
        self.parser = parser
        self.before = before
        self.root: Node | None = None
        self.path: list[Node] = []
        self.words: list[str] = []
        self.count = 0

    @property
    def line(self) -> int:
        return self.before + self.parser.CurrentLineNumber

    def start(self, name: str, marks: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST_NODES:
            raise refusals.TooManyLines
        node = Node(name.rpartition(":")[2], self.line, marks or None)
        if not self.path:
            self.root = node
        elif len(self.path) >= DEEP:
            raise refusals.Broken(line=node.line, said=node.name[:30])
        else:
            over = self.path[-1]
            over.parts = over.parts or []
            over.parts.append(node)
        self.path.append(node)
        self.words = []

    def letters(self, text: str) -> None:
        self.words.append(text)

    def end(self, _: str) -> None:
        node = self.path.pop()
        if node.parts is None and self.words:
            node.text = "".join(self.words).strip()
            if len(node.text) > MOST_LETTERS:
                raise refusals.CellTooLong(line=node.line)
        self.words = []

    def refuse(self, *_: object) -> None:
        raise refusals.Unsafe(line=self.line)


def tree(text: str) -> Node:
    """The root of the whole file. Refuses what is unsafe, damaged or cut short."""
    unsafe = UNSAFE.search(text)
    if unsafe:
        raise refusals.Unsafe(line=text.count("\n", 0, unsafe.start()) + 1)
    bare = text.lstrip()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    builder = Builder(parser, text.count("\n", 0, len(text) - len(bare)))
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.letters
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(bare, True)
    except expat.ExpatError as error:
        if expat.ErrorString(error.code) in ENDS_EARLY:
            raise refusals.CutShort from error
        raise refusals.Damaged(line=builder.before + error.lineno) from error
    finally:
        parser.StartElementHandler = parser.EndElementHandler = None
        parser.CharacterDataHandler = None
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = None
    if builder.root is None:
        raise refusals.CutShort
    return builder.root
