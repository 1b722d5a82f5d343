# The recovery key and what a device can do without it.
encryption-key-title = Bewahren Sie Ihren Wiederherstellungsschlüssel auf
encryption-key-text = Er öffnet Ihre verschlüsselten Nachrichten auf einem neuen Gerät, oder wenn das jetzige verloren geht. Er wird nur einmal gezeigt, und niemand kann ihn Ihnen wiedergeben.
encryption-key-label = Ihr Wiederherstellungsschlüssel
encryption-key-loading = Ihr Schlüssel wird erzeugt …
encryption-key-copy = Kopieren
encryption-key-copied = Schlüssel kopiert.
encryption-key-copy-failed = Der Schlüssel konnte nicht kopiert werden. Speichern Sie ihn in einer Datei, oder schreiben Sie ihn auf.
encryption-key-save = Speichern …
encryption-key-saved = Schlüssel in der Datei gespeichert.
encryption-key-advice = Bewahren Sie ihn außerhalb dieses Computers auf: in einem Passwortspeicher oder auf Papier unter Verschluss.
encryption-key-kept = Mein Schlüssel ist sicher verwahrt
encryption-key-continue = Weiter
encryption-setting-up = Die Verschlüsselung Ihrer Nachrichten wird vorbereitet …
encryption-setting-up-text = Ihre Schlüssel werden vorbereitet. Gleich können Sie hier schreiben.
encryption-needed = Dieses Gerät ist noch nicht bestätigt.
encryption-needed-text = Verschlüsselte Nachrichten kann es weder lesen noch senden.
encryption-enter-key = Wiederherstellungsschlüssel eingeben
encryption-recover-title = Dieses Gerät bestätigen
encryption-recover-text = Geben Sie den Wiederherstellungsschlüssel ein, den Sie bei Ihrer ersten Anmeldung aufbewahrt haben. Danach sind Ihre verschlüsselten Nachrichten hier lesbar.
encryption-recover-field = Wiederherstellungsschlüssel
encryption-recover-hint = Mit oder ohne Leerzeichen.
encryption-recover = Gerät bestätigen
encryption-recovered = Dieses Gerät ist bestätigt.
encryption-backup = Ihre verschlüsselten Nachrichten sind nicht alle gesichert.
encryption-backup-text = Sie können hier lesen und schreiben, aber auf einem neuen Gerät blieben manche unlesbar. Mit Ihrem Wiederherstellungsschlüssel lässt sich die Sicherung reparieren.
encryption-backup-mend = Sicherung reparieren
encryption-backup-mend-text = Geben Sie Ihren Wiederherstellungsschlüssel ein. Die Nachrichten, die Sie hier lesen können, werden dann wieder gesichert.
encryption-backup-mended = Die Sicherung ist repariert.
encryption-composer-title = Sie können hier noch nicht schreiben
encryption-composer-text = Dieses Gerät ist nicht bestätigt: Es kann verschlüsselte Nachrichten weder senden noch empfangen.
encryption-impossible = Ihre verschlüsselten Nachrichten lassen sich auf diesem Gerät nicht öffnen.
encryption-impossible-text = Für dieses Konto wurde kein Wiederherstellungsschlüssel erzeugt. Nutzen Sie ein Gerät, das bereits mit diesem Konto angemeldet ist, oder fragen Sie Ihre IT-Abteilung.
encryption-impossible-composer = Sie können hier nicht schreiben

# The file's name that the save dialog proposes for the recovery key.
encryption-key-file = Estafette-Wiederherstellungsschlüssel.txt
