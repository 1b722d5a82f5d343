# That Estafette stopped unexpectedly, told at the next start; and that its page does, again and again.
crash-text = Estafette wurde am { $time } unerwartet beendet.
crash-safe = Ihre Nachrichten und Entwürfe sind erhalten.
crash-reference = Kennung für Ihre IT-Abteilung: { $ref }.
crash-page = Die Anzeige von Estafette bricht immer wieder ab. Ihre Nachrichten und Entwürfe sind erhalten. Starten Sie den Computer neu; wenn das nicht hilft, wenden Sie sich an Ihre IT-Abteilung.
