"""Listens as a screen reader does, through AT-SPI, and writes down what it is told.

usage: screen_reader.py OUTPUT

Writes one line of JSON for each thing that a screen reader would say: where the focus goes (role, name, description,
states), and what a live region announces. Writes {"ready": true} first, and {"page": true} once it has read a page; ends on SIGTERM.
"""

import json
import signal
import sys

import pyatspi
from gi.repository import GLib

output = open(sys.argv[1], "w", encoding="utf-8", buffering=1)
# A page only tells what changes in what has been read of it, so all of it is read, again and again, as a screen reader
# does that shows it in its own way.
READ_EVERY_MS = 250
page_is_read = False
value_said = None
# An element may be gone before it can be asked: of that, nothing can be said.
GONE = (LookupError, RuntimeError, GLib.Error)


def write(line):
    """Every time, also the same once more: what is said twice is heard twice."""
    output.write(json.dumps(line, ensure_ascii=False) + "\n")


def read(accessible):
    """Reads all that lies below; whether a page was among it."""
    found = accessible.getRole() == pyatspi.ROLE_DOCUMENT_WEB and accessible.childCount > 0
    for child in accessible:
        if child is not None:
            found = read(child) or found
    return found


def read_everything():
    global page_is_read
    for application in pyatspi.Registry.getDesktop(0):
        try:
            found = application is not None and application.name == "estafette" and read(application)
        except GONE:
            continue
        if found and not page_is_read:
            page_is_read = True
            output.write('{"page": true}\n')
    return True


def text_of(accessible):
    """What stands inside a live region, whatever the depth."""
    try:
        text = accessible.queryText().getText(0, -1).replace("\ufffc", "").strip()
    except NotImplementedError:
        text = ""
    if text:
        return text
    parts = [text_of(child) for child in accessible if child is not None]
    return " ".join(part for part in parts if part)


def attributes(accessible):
    return dict(attribute.split(":", 1) for attribute in accessible.getAttributes() if ":" in attribute)


def describe(kind, source):
    # What was remembered of it may be old: an error that has come since, for one.
    source.clear_cache()
    states = source.getState()
    line = {kind: source.getRoleName(), "name": source.name}
    if source.getRole() == pyatspi.ROLE_SLIDER:
        line["value"] = f"{source.queryValue().currentValue:g}"
    if source.description and source.description != source.name:
        line["description"] = source.description
    for state, word in (
        (pyatspi.STATE_SELECTED, "selected"),
        (pyatspi.STATE_CHECKED, "checked"),
        (pyatspi.STATE_INVALID_ENTRY, "invalid"),
        (pyatspi.STATE_REQUIRED, "required"),
    ):
        if states.contains(state):
            line[word] = True
    return line


def on_focus(event):
    # The window's own boxes have no name and say nothing.
    if event.detail1 and (event.source.name or event.source.getRole() != pyatspi.ROLE_FILLER):
        write(describe("focus", event.source))


def on_checked(event):
    if event.source.getState().contains(pyatspi.STATE_FOCUSED):
        write(describe("focus", event.source))


def on_value(event):
    global value_said
    slider = event.source.getRole() == pyatspi.ROLE_SLIDER and event.source.getState().contains(pyatspi.STATE_FOCUSED)
    # A page tells it twice: as a number, and as its text.
    if slider and event.source.queryValue().currentValue != value_said:
        value_said = event.source.queryValue().currentValue
        write(describe("focus", event.source))


def on_active_descendant(event):
    if event.any_data is not None:
        write(describe("focus", event.any_data))


def on_change(event):
    of = attributes(event.source)
    live = of.get("live") or of.get("container-live")
    if live in ("polite", "assertive"):
        # What has come, unless the region is read as a whole: who looks late must not take what came after it for it.
        came = event.type.startswith("object:children-changed") and of.get("container-atomic") != "true"
        text = text_of(event.any_data if came else event.source)
        if text:
            write({"announced": live, "text": text})


def guarded(handler):
    def run(event):
        try:
            handler(event)
        except GONE:
            pass
        except Exception as error:
            write({"lost": f"{type(error).__name__} {error}"})

    return run


listen = pyatspi.Registry.registerEventListener
listen(guarded(on_focus), "object:state-changed:focused")
listen(guarded(on_checked), "object:state-changed:checked")
listen(guarded(on_value), "object:property-change:accessible-value")
listen(guarded(on_active_descendant), "object:active-descendant-changed")
listen(guarded(on_change), "object:text-changed:insert", "object:children-changed:add")
listen(lambda event: write({"announced": "polite", "text": str(event.any_data)}), "object:announcement")
GLib.timeout_add(READ_EVERY_MS, read_everything)
signal.signal(signal.SIGTERM, lambda *_: pyatspi.Registry.stop())
output.write('{"ready": true}\n')
pyatspi.Registry.start()
