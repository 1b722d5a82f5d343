# The icon among those of the desktop, and its menu.
tray-open = Öffnen
tray-quit = Beenden
tray-nothing = Keine ungelesenen Nachrichten
