# That Estafette stopped unexpectedly or met a defect, told at the next start; and that its page stops, again and again.
crash-text = Estafette wurde am { $time } unerwartet beendet.
crash-safe = Ihre Nachrichten und Entwürfe sind erhalten.
crash-went-on = Am { $time } ist ein interner Fehler aufgetreten. Estafette lief weiter, doch eine Aktion ist vielleicht nicht gelungen.
crash-reference = Kennung für Ihre IT-Abteilung: { $ref }.
crash-page = Die Anzeige von Estafette bricht immer wieder ab. Ihre Nachrichten und Entwürfe sind erhalten. Starten Sie den Computer neu; wenn das nicht hilft, wenden Sie sich an Ihre IT-Abteilung.
