"""Text as somebody sends it who wants a page to do something, and a reader that tells what a page's HTML would do."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import strategies as some

FRAGMENTS = (
    *("<script>alert(1)</script>", "</div></p></li>", "<img src=x onerror=alert(1)>", "<!--", "]]>", "<svg/onload=x>"),
    *("[a](javascript:alert(1))", "![](http://evil.example/p.png)", "http://evil.example", "www.evil.example"),
    *("a@b.example", "$$x$$", "\\(x\\)", "`", "```\n", "\n\n", "\n\n<b>", "    ", "# ", "- ", "> ", "| a |", "~~", "_"),
    *("*", "[^1]: x", "&lt;script&gt;", "&#60;", "&", '"', "'", " onclick=x ", "\u2028", "\u202e", "\0", "\x1b[2J"),
    *("\ud800", "=cmd|x!A1", "{{ 7*7 }}", "{% raw %}", "<?php", "&#x6A;avascript:", "<a href=//evil.example>"),
    *("<style>*{display:none}</style>", "</title>", "</style>", "%s", "{0}", " " * 250),
)

hostile_text = some.lists(some.sampled_from(FRAGMENTS) | some.text(max_size=8), max_size=6).map("".join)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[tuple[str, str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, "", ""))
        self.found |= {(tag, name, value or "") for name, value in attrs}

    def handle_comment(self, data: str) -> None:
        self.found.add(("comment", "", ""))

    def handle_decl(self, decl: str) -> None:
        self.found.add((f"declaration {decl}", "", ""))

    def unknown_decl(self, data: str) -> None:
        self.found.add(("section", "", ""))

    def handle_pi(self, data: str) -> None:
        self.found.add(("instruction", "", ""))


def what_it_does(page: str) -> set[tuple[str, str, str]]:
    """Every element of the page, and every attribute with its value: (element, attribute, value)."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found
