"""What stands in some HTML, as a browser would read it, and whether any of it could do something."""

from __future__ import annotations

from html.parser import HTMLParser

HARMLESS_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "article"),
    *("h1", "h2", "h3", "h4", "p", "br", "ul", "ol", "li", "dl", "dt", "dd", "a", "span", "strong", "small"),
    *("blockquote", "details", "summary", "div", "table", "thead", "tbody", "tr", "th", "td"),
}
HARMLESS_ATTRIBUTES = {
    *("lang", "charset", "name", "content", "http-equiv", "id", "class", "href", "aria-labelledby", "dir"),
    *("scope", "style", "colspan", "target"),
}
VOID = {"br", "meta", "img", "input", "link", "hr"}

HOSTILE = (
    "<script>alert(1)</script><img src=http://x.invalid/p.png onerror=alert(1)>\n\n"
    "</article></blockquote></style><svg onload=alert(1)># not a heading\n\n```python\n$x^2$ costs $5 and \\(y\\) `z` "
    '_u_ **v** [w](javascript:alert(1)) <a href="javascript:alert(1)">x</a> {{ 7*7 }} {% raw %} [red]x[/] '
    "\x1b]0;title\x07\x1b[2J\u202ereversed\r\u2028\x00end"
)
"""Everything at once: HTML, Markdown, maths, templates, terminals."""


class ReadHtml(HTMLParser):
    """The tags, attributes, links and text of some HTML; fails on a tag that is closed where it was not open."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self.open == [], self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.text += data

    @property
    def words(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())


def must_be_inert(source: str) -> ReadHtml:
    """Fail where something in `source` could run, load or lead anywhere but to a page of the web or a topic."""
    found = ReadHtml(source)
    assert set(found.tags) <= HARMLESS_TAGS, set(found.tags) - HARMLESS_TAGS
    assert found.attributes <= HARMLESS_ATTRIBUTES, found.attributes - HARMLESS_ATTRIBUTES
    for link in found.links:
        assert link.startswith(("#", "https://", "http://", "../../../")), link
    assert not [char for char in found.text if not char.isprintable() and char not in "\n"], "control characters"
    return found
