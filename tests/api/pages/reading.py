"""Reading a page as a browser would: elements with their attributes, and the text a person sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "input", "img", "br", "hr"})
_UNSEEN = frozenset({"script", "style", "title", "head"})


@dataclass
class Element:
    """One element: its name, attributes, the text in it, and the names of the elements around it."""

    tag: str
    attributes: dict[str, str]
    around: tuple[str, ...]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text in it, white space folded."""
        return " ".join(" ".join(self.words).split())

    def get(self, name: str) -> str:
        """An attribute, blank where it is missing or empty."""
        return self.attributes.get(name, "")


class Page(HTMLParser):
    """A parsed page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        self.left_open = [element.tag for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        around = tuple(element.tag for element in self._open)
        element = Element(tag, {name: value or "" for name, value in attrs}, around)
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of a name with these attributes; `class_` is one of the classes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [element for element in self.elements if element.tag == tag and _has(element, wanted)]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        (found,) = self.all(tag, **attributes)
        return found

    @property
    def text(self) -> str:
        """What a person sees of the body."""
        return self.one("body").text

    def value(self, name: str) -> str:
        """What stands in the field of this name."""
        fields = [element for element in self.elements if element.get("name") == name]
        (one,) = [element for element in fields if element.get("type") != "radio"]
        if one.tag == "select":
            chosen = [option for option in self.all("option", selected="") if "select" in option.around]
            return next(option.get("value") for option in chosen if f'name="{name}"' in self.html)
        return one.text if one.tag == "textarea" else one.get("value")


def _has(element: Element, wanted: dict[str, str]) -> bool:
    return all(
        value in element.get("class").split() if name == "class" else element.attributes.get(name) == value
        for name, value in wanted.items()
    )
