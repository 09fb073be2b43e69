"""How somebody works a page: by the keys alone, or by pointing in a browser that runs no script."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page

# Where the keyboard is from the wished element: it is there, it has to go on or back, or a page was just come
# to and begins with the link that leads past its head. A group of round buttons is one stop. A round or
# square button is drawn by its label; the label then carries the frame.
LOOK = """(wished) => {
  const at = document.activeElement;
  const stops = document.querySelectorAll('a[href], button, input, select, textarea, summary').length;
  if (at === document.body) return { key: !location.hash && wished.closest('main') ? 'Enter' : 'Tab', stops };
  if (at !== wished && !(at.type === 'radio' && at.name === wished.name)) {
    const isBack = at.compareDocumentPosition(wished) & Node.DOCUMENT_POSITION_PRECEDING;
    return { key: isBack ? 'Shift+Tab' : 'Tab', stops };
  }
  const isDrawnByLabel = at.type === 'radio' || at.type === 'checkbox';
  const style = isDrawnByLabel ? getComputedStyle(at.labels[0], '::before') : getComputedStyle(at);
  const { left, top, width, height } = at.getBoundingClientRect();
  const seen = Math.max(top, 0);
  const hit = document.elementFromPoint(left + width / 2, seen + Math.min(height, innerHeight - seen) / 2);
  const isSeen = at.contains(hit) || [...(at.labels ?? [])].some((label) => label.contains(hit));
  const isFramed = style.boxShadow !== 'none' || style.outlineStyle !== 'none';
  return { key: '', stops, isSeen: Boolean(hit) && isSeen, isFramed, html: at.outerHTML.slice(0, 200) };
}"""
IS_SKIP_LINK = "() => document.activeElement.matches('.govuk-skip-link')"


class Hand(Protocol):
    """What both can do on a page."""

    page: Page

    def reach(self, wished: Locator) -> None:
        """Go to an element."""
        ...

    def write(self, box: Locator, words: str) -> None:
        """Write into a box in place of what stands there."""
        ...

    def choose(self, name: str, value: str) -> None:
        """Choose one of several answers."""
        ...

    def pick(self, box: Locator, option: str) -> None:
        """Pick an option of a list by its words."""
        ...

    def tick(self, box: Locator) -> None:
        """Tick a box."""
        ...

    def attach(self, files: Sequence[Path]) -> None:
        """Choose files from the machine."""
        ...

    def press(self, wished: Locator) -> None:
        """Press a button or follow a link, whatever comes of it."""
        ...


class Keys:
    """The keys alone; where they lead must be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # From now on, so that the window is caught even when it opens at once.
        page.on("filechooser", lambda _: None)

    def reach(self, wished: Locator) -> None:
        """Go on to an element with the tab key, or back to it; a whole turn that misses it fails."""
        element = wished.element_handle()
        pressed = 0
        while (found := element.evaluate(LOOK))["key"]:
            assert pressed < found["stops"] + 5, f"{self.page.url}: the tab key does not lead to {wished}"
            pressed += 1
            if found["key"] == "Enter":
                self._skip_to_main()
            else:
                self.page.keyboard.press(found["key"])
        assert found["isFramed"], f"{self.page.url}: nothing shows where the keyboard is: {found['html']}"
        assert found["isSeen"], f"{self.page.url}: the keyboard is out of view: {found['html']}"

    def _skip_to_main(self) -> None:
        self.page.keyboard.press("Tab")
        assert self.page.evaluate(IS_SKIP_LINK), self.page.url
        self.page.keyboard.press("Enter")

    def write(self, box: Locator, words: str) -> None:
        """Type in place of what stands in the box."""
        self.reach(box)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def choose(self, name: str, value: str) -> None:
        """Choose with the arrows."""
        wished = self.page.locator(f'main input[name="{name}"][value="{value}"]')
        self.reach(wished)
        self.page.keyboard.press("Space")
        for _ in range(self.page.locator(f'main input[name="{name}"]').count()):
            if wished.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: the arrows do not lead to {value}")

    def pick(self, box: Locator, option: str) -> None:
        """Type the first letters of the option."""
        self.reach(box)
        self.page.keyboard.type(option)
        assert box.locator("option:checked").inner_text() == option

    def tick(self, box: Locator) -> None:
        """Tick with the space bar."""
        self.reach(box)
        self.page.keyboard.press("Space")
        assert box.is_checked()

    def attach(self, files: Sequence[Path]) -> None:
        """Open the machine's own window for files."""
        self.reach(self.page.locator("main .govuk-file-upload-button"))
        with self.page.expect_file_chooser() as window:
            self.page.keyboard.press("Enter")
        window.value.set_files(files)

    def press(self, wished: Locator) -> None:
        """Press Enter on it."""
        self.reach(wished)
        self.page.keyboard.press("Enter")


class Pointer:
    """Pointing and filling in, as where no script runs."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, wished: Locator) -> None:
        """Bring it into view."""
        wished.scroll_into_view_if_needed()

    def write(self, box: Locator, words: str) -> None:
        """Fill the box."""
        box.fill(words)

    def choose(self, name: str, value: str) -> None:
        """Choose by a click."""
        self.page.locator(f'main input[name="{name}"][value="{value}"]').check()

    def pick(self, box: Locator, option: str) -> None:
        """Pick it by its words."""
        box.select_option(label=option)

    def tick(self, box: Locator) -> None:
        """Tick by a click."""
        box.check()

    def attach(self, files: Sequence[Path]) -> None:
        """Name the files in the box for them."""
        self.page.locator("main input[type=file]").set_input_files(files)

    def press(self, wished: Locator) -> None:
        """Click on it."""
        wished.click()
