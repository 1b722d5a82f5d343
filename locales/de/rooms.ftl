# The list of conversations and the head of one.
rooms-list = Unterhaltungen
rooms-loading = Unterhaltungen werden geladen …
rooms-none = Keine Unterhaltungen
rooms-none-text = Ihre Unterhaltungen erscheinen hier.
rooms-unread = { $count ->
    [one] { $count } ungelesen
   *[other] { $count } ungelesen
}
rooms-mentions = { $count ->
    [one] { $count } Erwähnung
   *[other] { $count } Erwähnungen
}
rooms-invitation = Einladung
rooms-line = { $sender }: { $text }
rooms-draft = Entwurf:
rooms-waiting = Wartet:
rooms-failed = Nicht gesendet:
rooms-encrypted = Ende-zu-Ende-verschlüsselt
rooms-unencrypted = Nicht verschlüsselt
rooms-members = { $count ->
    [one] { $count } Mitglied
   *[other] { $count } Mitglieder
}
rooms-servers = { $count ->
    [one] { $count } Server
   *[other] { $count } Server
}
rooms-invited = Eine Einladung wartet auf Sie
rooms-invited-room = Nehmen Sie sie an, um den Raum „{ $name }“ zu lesen und darin zu schreiben.
rooms-invited-direct = { $name } möchte mit Ihnen schreiben.
rooms-accept = Annehmen
rooms-decline = Ablehnen

# A message in one line.
preview-image = Bild
preview-removed = Nachricht gelöscht
preview-undecryptable = Verschlüsselte Nachricht, noch nicht lesbar
preview-other = Neue Nachricht
