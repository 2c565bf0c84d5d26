"""An entry of GTK: says "ready" once it has the focus, and what was typed into it when Return is."""
import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402


def is_ready(*_):
    print("ready", flush=True)
    entry.disconnect(handler)
    return False


def done(_):
    sys.stdout.write(entry.get_text())
    Gtk.main_quit()


window = Gtk.Window(title="typed")
entry = Gtk.Entry(width_chars=60)
handler = entry.connect("focus-in-event", lambda *_: GLib.idle_add(is_ready) and False)
entry.connect("activate", done)
window.add(entry)
window.show_all()
Gtk.main()
