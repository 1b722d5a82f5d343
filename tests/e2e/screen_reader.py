"""Listens as a screen reader does, through AT-SPI, and writes down what it is told.

usage: screen_reader.py OUTPUT

Writes one line of JSON for each thing that a screen reader would say: where the focus goes (role, name,
description, states), and what a live region announces. Writes {"ready": true} first; ends on SIGTERM.
"""

import json
import signal
import sys

import pyatspi

output = open(sys.argv[1], "w", encoding="utf-8", buffering=1)
said = None


def write(line):
    global said
    if line != said:
        said = line
        output.write(json.dumps(line, ensure_ascii=False) + "\n")


def text_of(accessible):
    """What stands inside a live region, whatever the depth."""
    try:
        text = accessible.queryText().getText(0, -1).replace("\ufffc", "").strip()
    except NotImplementedError:
        text = ""
    parts = [text] if text else []
    for child in accessible:
        if child is not None and not text:
            parts.append(text_of(child))
    return " ".join(part for part in parts if part)


def attributes(accessible):
    return dict(attribute.split(":", 1) for attribute in accessible.getAttributes() if ":" in attribute)


def on_focus(event):
    if not event.detail1:
        return
    source = event.source
    states = source.getState()
    line = {"focus": source.getLocalizedRoleName(), "name": source.name}
    if source.description:
        line["description"] = source.description
    for state, word in (
        (pyatspi.STATE_SELECTED, "selected"),
        (pyatspi.STATE_CHECKED, "checked"),
        (pyatspi.STATE_INVALID_ENTRY, "invalid"),
        (pyatspi.STATE_REQUIRED, "required"),
    ):
        if states.contains(state):
            line[word] = True
    write(line)


def live_region(accessible):
    """The live region around an element, and how it is to be told."""
    for _ in range(12):
        if accessible is None:
            return None, None
        live = attributes(accessible).get("live") or attributes(accessible).get("container-live")
        if live in ("polite", "assertive"):
            return accessible, live
        accessible = accessible.parent
    return None, None


def on_change(event):
    try:
        region, live = live_region(event.source)
        if region is not None:
            text = text_of(region)
            if text:
                write({"announced": live, "text": text})
    except Exception as error:  # an element may be gone before it can be asked
        if not isinstance(error, (LookupError, RuntimeError)) and "gone" not in str(error).lower():
            write({"lost": type(error).__name__})


def guarded(handler):
    def run(event):
        try:
            handler(event)
        except Exception as error:
            write({"lost": type(error).__name__})

    return run


pyatspi.Registry.registerEventListener(guarded(on_focus), "object:state-changed:focused")
pyatspi.Registry.registerEventListener(guarded(on_change), "object:text-changed:insert", "object:children-changed:add")
pyatspi.Registry.registerEventListener(
    lambda event: write({"announced": "polite", "text": str(event.any_data)}), "object:announcement"
)
signal.signal(signal.SIGTERM, lambda *_: pyatspi.Registry.stop())
output.write('{"ready": true}\n')
pyatspi.Registry.start()
