# That Estafette stopped unexpectedly, told at the next start.
crash-text = Estafette wurde am { $time } unerwartet beendet.
crash-safe = Ihre Nachrichten und Entwürfe sind erhalten.
crash-reference = Kennung für Ihre IT-Abteilung: { $ref }.
