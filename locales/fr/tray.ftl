# The icon among those of the desktop, and its menu.
tray-open = Ouvrir
tray-quit = Quitter
tray-nothing = Aucun message non lu
