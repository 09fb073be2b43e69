"""Looks at a page as it stands in a browser: what axe finds, how wide it is, where the keyboard is."""

import json

from playwright.sync_api import Browser, BrowserContext, Page

from fundapp.config import PROJECT

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}
NARROWEST = {"width": 320, "height": 640}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# What is hidden from sight and lies outside what scrolls must not make the page longer than it is. A page
# with a bar fixed at its foot keeps room for the bar there.
BELOW_ITS_FOOTER = """() => {
  const page = document.documentElement, footer = document.querySelector('footer');
  const room = parseFloat(getComputedStyle(page).paddingBottom);
  const ends = Math.ceil(footer.getBoundingClientRect().bottom + window.scrollY + room);
  return page.scrollHeight > Math.max(page.clientHeight, ends + 1);
}"""
# Lines of text that stand on one another, or that a box cuts off. Left out are what only screen readers have
# (cut to nothing), a bar that stays in place, and what is scrolled out of its frame.
UNREADABLE = """() => {
  const seen = (box) => box.width > 2 && box.height > 2;
  const outwards = (box) => box ? [box, ...outwards(box.parentElement)] : [];
  const cuts = (style) => /hidden|clip/.test(style.overflowX) && style.textOverflow !== 'ellipsis';
  const lines = [], cut = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, around = text.parentElement;
    if (!text.data.trim() || around.closest('svg, script, style') || !around.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()].filter(seen);
    const frames = outwards(around).map((outer) => [outer.getBoundingClientRect(), getComputedStyle(outer)]);
    const isUnseen = ([, style]) => style.clipPath !== 'none' || /fixed|sticky/.test(style.position);
    if (frames.some(isUnseen)) continue;
    const words = text.data.trim().slice(0, 60);
    const within = (box) => ([frame, style]) =>
      !/auto|scroll/.test(style.overflowY) || (box.top >= frame.top && box.bottom <= frame.bottom);
    lines.push(...boxes.filter((box) => frames.every(within(box))).map((box) => ({box, words})));
    for (const [frame, style] of frames) {
      if (cuts(style) && boxes.some((box) => box.right > frame.right + 1)) cut.push(words);
    }
  }
  lines.sort((one, other) => one.box.top - other.box.top);
  const across = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const along = (one, other) => Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  const found = cut.map((words) => `cut off: ${words}`);
  lines.forEach((one, at) => {
    for (let next = at + 1; next < lines.length && lines[next].box.top < one.box.bottom; next++) {
      const other = lines[next], least = Math.min(one.box.height, other.box.height);
      if (across(one.box, other.box) > 2 && along(one.box, other.box) > least / 2) {
        found.push(`one on another: ${one.words} / ${other.words}`);
      }
    }
  });
  return found;
}"""
LOOK = f"""async () => {{
  const found = await axe.run(document, {{runOnly: {json.dumps(RULES)}, resultTypes: ['violations']}});
  const places = (each) => each.nodes.map((node) => node.html.slice(0, 160)).join(' | ');
  return found.violations.map((each) => `${{each.id}}: ${{places(each)}}`);
}}"""


def with_axe(window: BrowserContext) -> BrowserContext:
    """The same window, which has axe at hand in every page it opens from now on."""
    window.add_init_script(path=AXE)
    return window


def looked_at(page: Page) -> list[str]:
    """What axe finds on a page as it is shown now, in a window that has it and runs scripts."""
    return list(page.evaluate(LOOK))


def seen(page: Page) -> list[str]:
    """The same, and whether it is wider than a phone; the page is left as wide as a desk has it."""
    found = looked_at(page)
    for size in (PHONE, NARROWEST):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if page.evaluate(TOO_WIDE):
            found.append(f"wider than {size['width']} px")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    return found


class Glass:
    """A window of its own in which pages are looked at as a browser without scripts has them."""

    def __init__(self, browser: Browser, address: str) -> None:
        window = browser.new_context(base_url=address, viewport=DESK)  # type: ignore[arg-type]
        self.page = with_axe(window).new_page()
        self.page.route("**/*.js", lambda route: route.abort())
        self.page.goto("/")

    def look(self, shown: str) -> list[str]:
        """What is wrong with a page that somebody has before them."""
        self.page.set_content(shown)
        return seen(self.page)
