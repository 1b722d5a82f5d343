# Words of the files for administrations that the interface has no use for.
files-recommended = Estafette: empfohlene Werte
files-recommended-text = Diese Werte gelten, bis etwas anderes gewählt wird.
files-supported = Estafette 0.1 oder neuer
files-expected = Erwartet: { $kind }.
files-kind-file = der vollständige Pfad einer Datei, zum Beispiel C:\Program Files\Ministerium\logo.png
files-kind-files = eine Liste vollständiger Pfade von Dateien, zum Beispiel C:\Program Files\Ministerium\stelle.pem
files-kind-folder = der vollständige Pfad eines Ordners, zum Beispiel C:\ProgramData\Estafette\Logs
files-at-once = Eine Änderung gilt innerhalb einer Minute, ohne Neustart.
files-at-sign-in = Eine Änderung gilt dort, wo man sich anmeldet, innerhalb einer Minute; ein schon geöffnetes Konto bleibt bis zum nächsten Start offen.
files-next-start = Eine Änderung gilt ab dem nächsten Start von Estafette.
files-safe = Ist der Wert falsch, gilt der strengste: „{ $value }“.
files-on = eingeschaltet
files-off = ausgeschaltet
files-empty = eine leere Liste

guide-schema = Eine Konfiguration von Estafette, gelesen aus /etc/estafette/policies.
guide-values = Werte: { $values }
guide-longest = { $kind }, höchstens { $count } Zeichen
guide-order = Vom lockersten zum strengsten: { $order }
guide-strict = Der strengste: { $value }
guide-common = Der Server des Kontos kann sie nur kürzen.
guide-choice = Als Empfehlung oder von der Installation festgelegt, bleibt der Wert änderbar.
guide-example = Beispiel: { $json }
guide-registry = Registrierung von Windows: { $path }, Wert { $name } ({ $type })
