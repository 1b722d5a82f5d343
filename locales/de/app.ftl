# The window itself.
app-rail = Navigation
app-messages = Nachrichten
app-sheet = Unterhaltung
app-unread-rooms = { $count ->
    [one] { $count } ungelesene Unterhaltung
   *[other] { $count } ungelesene Unterhaltungen
}
app-cancel = Abbrechen
app-close = Schließen
app-back = Zurück zu den Unterhaltungen
app-retry = Erneut versuchen
app-welcome = Willkommen, { $name }
app-choose = Wählen Sie eine Unterhaltung aus, um sie zu lesen.
app-nothing-yet = Ihre Unterhaltungen erscheinen hier, sobald Sie die erste Einladung erhalten.
app-tip = Tipp: { $keys } wechselt ohne Maus zwischen den Unterhaltungen.
app-field-empty = Bitte füllen Sie dieses Feld aus.
