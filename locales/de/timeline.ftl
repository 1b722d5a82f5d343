# The messages of a conversation, and writing one.
timeline-label = Nachrichten in { $room }
timeline-loading = Nachrichten werden geladen …
timeline-loading-older = Ältere Nachrichten werden geladen …
timeline-older-failed = Ältere Nachrichten konnten nicht geladen werden.
timeline-start = Beginn der Unterhaltung
timeline-new = Neue Nachrichten
timeline-jump = Zu den neuesten Nachrichten
timeline-jump-new = { $count ->
    [one] { $count } neue
   *[other] { $count } neue
}
timeline-news = { $count ->
    [one] { $count } neue Nachricht
   *[other] { $count } neue Nachrichten
}
timeline-you = Sie
timeline-edited = bearbeitet
timeline-removed = Nachricht gelöscht
timeline-unsupported = Diese Art von Nachricht kann Estafette noch nicht anzeigen.
timeline-undecryptable = Diese Nachricht ist auf diesem Gerät nicht lesbar
timeline-undecryptable-device-unconfirmed = Dieses Gerät ist nicht bestätigt. Ihr Wiederherstellungsschlüssel macht diese Nachricht lesbar.
timeline-undecryptable-before-joining = Sie wurde gesendet, bevor Sie zur Unterhaltung kamen.
timeline-undecryptable-withheld = Das Gerät von { $name } hat den Schlüssel dieser Nachricht nicht mit Ihrem geteilt.
timeline-undecryptable-key-missing = Der Schlüssel zu dieser Nachricht ist nicht angekommen. Meist ist das Gerät von { $name } ausgeschaltet: Die Nachricht öffnet sich von selbst, sobald der Schlüssel eintrifft.
timeline-warning-unencrypted = Unverschlüsselt gesendet
timeline-warning-device-unconfirmed = Von einem nicht bestätigten Gerät gesendet
timeline-warning-origin-unproved = Die Herkunft dieser Nachricht lässt sich nicht nachweisen
timeline-warning-sender-changed = Die Identität von { $name } hat sich seit Ihrer Prüfung geändert
timeline-everyone = @alle
timeline-image = Bild: { $name }
timeline-image-open = Bild { $name } vergrößern
timeline-image-close = Bild schließen
timeline-image-missing = Das Bild konnte nicht geladen werden.
timeline-file = Datei
timeline-code = Code
timeline-code-language = { $language }-Code
timeline-spoiler = Verborgenen Text anzeigen
timeline-spoiler-reason = Verborgenen Text anzeigen: { $reason }
timeline-thread = { $count ->
    [one] { $count } Antwort
   *[other] { $count } Antworten
}
timeline-thread-latest = letzte um { $time }
timeline-thread-latest-day = letzte: { $time }
timeline-quote-jump = Zur zitierten Nachricht von { $name }
timeline-quote-loading = Zitierte Nachricht wird geladen …
timeline-quote-missing = Zitierte Nachricht nicht verfügbar
timeline-reaction = { $emoji }, { $count ->
    [one] { $count } Person: { $names }
   *[other] { $count } Personen: { $names }
}
timeline-reaction-others = { $count ->
    [one] { $count } weitere Person
   *[other] { $count } weitere
}
timeline-react = Reagieren
timeline-reply = Antworten
timeline-actions = Aktionen
timeline-seen = Gelesen von { $count }
timeline-seen-by = Gelesen von { $names }
timeline-seen-direct = Gelesen
timeline-waiting = Wartet auf Versand
timeline-retrying = Senden fehlgeschlagen, neuer Versuch, sobald das Netz zurück ist
timeline-sent = Gesendet
timeline-failed = Nicht gesendet
timeline-failed-alert = Eine Nachricht wurde nicht gesendet.
timeline-resend = Erneut senden
timeline-discard = Löschen
timeline-events = { $count ->
    [one] { $count } Ereignis
   *[other] { $count } Ereignisse
}
timeline-event-created = { $actor } hat die Unterhaltung angelegt
timeline-event-joined = { $actor } ist beigetreten
timeline-event-left = { $actor } hat die Unterhaltung verlassen
timeline-event-declined = { $actor } hat die Einladung abgelehnt
timeline-event-invited = { $actor } hat { $subject } eingeladen
timeline-event-removed = { $actor } hat { $subject } entfernt
timeline-event-banned = { $actor } hat { $subject } ausgeschlossen
timeline-event-profile = { $actor } hat Name oder Bild geändert
timeline-event-named = { $actor } hat die Unterhaltung „{ $name }“ genannt
timeline-event-topic = { $actor } hat das Thema geändert: { $topic }
timeline-event-topic-none = { $actor } hat das Thema entfernt
timeline-event-picture = { $actor } hat das Bild der Unterhaltung geändert
timeline-event-encrypted = { $actor } hat die Ende-zu-Ende-Verschlüsselung eingeschaltet
timeline-event-other = { $actor } hat eine Einstellung der Unterhaltung geändert
timeline-typing-one = { $name } schreibt …
timeline-typing-two = { $first } und { $second } schreiben …
timeline-typing-many = { $count } Personen schreiben …
timeline-write = Nachricht an { $name }
timeline-write-encrypted = Verschlüsselte Nachricht an { $name }
timeline-write-offline = Schreiben Sie, die Nachricht geht so bald wie möglich hinaus
timeline-send = Senden
timeline-replying = Antwort an { $name }
timeline-replying-older = Antwort auf eine ältere Nachricht
timeline-reply-cancel = Antwort abbrechen
timeline-attach = Bilder hinzufügen
timeline-drop = Bilder hier ablegen
timeline-pictures = Zu sendende Bilder
timeline-pictures-wait = Die Bilder werden noch vorbereitet.
timeline-pictures-added = { $count ->
    [one] { $count } Bild hinzugefügt
   *[other] { $count } Bilder hinzugefügt
}
timeline-picture-added = Bild hinzugefügt: { $name }
timeline-picture-removed = Bild entfernt: { $name }
timeline-picture-remove = Bild { $name } entfernen
timeline-picture-preparing = Wird vorbereitet …
timeline-picture-unfit = { $name }: { $reason }
timeline-caption = { $count ->
    [one] Schreiben Sie einen Text zum Bild
   *[other] Schreiben Sie einen Text zum ersten Bild
}
timeline-uploading = Wird gesendet: { $percent } %
timeline-read-only = Sie können diese Unterhaltung lesen, aber nicht darin schreiben.
