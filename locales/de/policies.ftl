# What the administration of a machine can decide. `policy-<key>` is its title, `…-text` says what it does,
# `…-<word>` is one of its words.
policy-section-servers = Server
policy-section-encryption = Verschlüsselung
policy-section-notifications = Benachrichtigungen
policy-section-messages = Nachrichten
policy-section-interface = Oberfläche
policy-section-brand = Erscheinungsbild
policy-section-links = Links
policy-section-network = Netzwerk
policy-section-log = Protokoll
policy-section-start = Start

policy-servers-allowed = Erlaubte Server
policy-servers-allowed-text = Die Server, an denen eine Anmeldung möglich ist. Ist nichts festgelegt, sind es alle; mit einer leeren Liste ist es keiner. Als Empfehlung verbietet die Liste nichts. Ein Server steht darin wie in den Matrix-IDs oder mit dem Hostnamen seiner Adresse, ohne https://.
policy-servers-discovery = Suche nach dem Server
policy-servers-discovery-text = Wie Estafette zu einer Adresse den Server findet. Mit „{ policy-servers-discovery-fixed }“ sind nur die Server der Liste erlaubt, wenn kein fester Server festgelegt ist.
policy-servers-discovery-well-known = Über die Datei .well-known der Domain
policy-servers-discovery-fixed = Immer der feste Server
policy-servers-fixed = Fester Server
policy-servers-fixed-text = Der Server für alle: Zum Anmelden genügt ein Name. Er zählt nicht, wenn die Vorgabe „{ policy-servers-discovery }“ auf „{ policy-servers-discovery-well-known }“ steht.

policy-encryption-recipients = Empfangende Geräte
policy-encryption-recipients-text = Die Geräte, die die Schlüssel verschlüsselter Nachrichten bekommen. Auf anderen bleiben die Nachrichten unlesbar. Mit „{ policy-encryption-recipients-verified }“ können nur Personen Ihre Nachrichten lesen, die Sie überprüft haben; in Estafette selbst geht das Überprüfen noch nicht, nur in einer anderen Anwendung.
policy-encryption-recipients-signed = Bestätigte Geräte
policy-encryption-recipients-verified = Die Geräte überprüfter Personen

policy-notifications-content = Inhalt der Benachrichtigungen
policy-notifications-content-text = Was eine Benachrichtigung von einer neuen Nachricht zeigt.
policy-notifications-content-full = Absender und Nachricht
policy-notifications-content-sender = Nur den Absender
policy-notifications-content-nothing = Keines von beiden

policy-messages-images = Bilder senden
policy-messages-images-text = Erlaubt es, Bilder zu senden und das eigene Bild zu wählen. Sonst werden Bilder, die noch auf das Senden warten, zurückgehalten. Empfangene Bilder bleiben in jedem Fall sichtbar.
policy-messages-receipts = Lesebestätigungen
policy-messages-receipts-text = Andere sehen, bis wohin Sie gelesen haben.

policy-interface-language = Sprache von Estafette
policy-interface-language-text = Die Sprache des ganzen Fensters. Nachrichten bleiben in der Sprache, in der sie geschrieben wurden.
policy-interface-language-fr = Französisch
policy-interface-language-de = Deutsch
policy-interface-theme = Farbschema
policy-interface-theme-text = Die Farben des ganzen Fensters. Auch wenn sie festgelegt sind, kann „{ policy-interface-theme-contrast }“ immer gewählt werden.
policy-interface-theme-system = Wie das System
policy-interface-theme-light = Hell
policy-interface-theme-dark = Dunkel
policy-interface-theme-contrast = Hoher Kontrast

policy-brand-name = Name des Nachrichtendienstes
policy-brand-name-text = Der Name, der auf der Anmeldeseite anstelle von „Estafette“ steht.
policy-brand-logo = Logo
policy-brand-logo-text = Das Bild neben diesem Namen: PNG, JPEG, GIF oder WebP, höchstens 1 MiB groß.
policy-brand-accent = Farbe der Schaltflächen
policy-brand-accent-text = Die Farbe der Schaltflächen und von allem, was ausgewählt ist. Estafette leitet daraus Töne ab, die auf hellem wie auf dunklem Grund lesbar sind.

policy-links-help = Hilfe
policy-links-help-text = Die Hilfeseite Ihrer Organisation.
policy-links-terms = Nutzungsbedingungen
policy-links-terms-text = Die Seite mit den Nutzungsbedingungen.
policy-links-privacy = Datenschutz
policy-links-privacy-text = Die Seite, die sagt, was mit personenbezogenen Daten geschieht.
policy-links-imprint = Impressum
policy-links-imprint-text = Die Seite, die sagt, wer für den Dienst verantwortlich ist.
policy-links-accessibility = Barrierefreiheit
policy-links-accessibility-text = Die Erklärung zur Barrierefreiheit.
policy-links-status = Status der Dienste
policy-links-status-text = Die Seite, die sagt, ob die Dienste funktionieren.

policy-network-proxy-mode = Zugang über einen Proxy
policy-network-proxy-mode-text = Über welchen Proxy Estafette den Server erreicht.
policy-network-proxy-mode-system = Den des Systems
policy-network-proxy-mode-none = Keinen
policy-network-proxy-mode-manual = Den angegebenen
policy-network-proxy = Adresse des Proxys
policy-network-proxy-text = Sie zählt, wenn die Vorgabe „{ policy-network-proxy-mode }“ auf „{ policy-network-proxy-mode-manual }“ steht oder wenn dort nichts festgelegt ist. Mit socks5h sucht der Proxy die Adressen der Server, mit socks5 dieser Computer. Alle können diesen Wert lesen: Ein Name oder ein Passwort gehört nicht hinein.
policy-network-proxy-exceptions = Zugang ohne Proxy
policy-network-proxy-exceptions-text = Was ohne den Proxy erreicht wird: ein Name mit allen Subdomains, eine IP-Adresse oder ein Netz. Gilt nur, wenn dieselbe oder eine schwächere Quelle „{ policy-network-proxy }“ festlegt.
policy-network-root-certificates = Zertifizierungsstellen
policy-network-root-certificates-text = PEM-Dateien von Stellen, die zusätzlich zu denen des Systems anerkannt werden.

policy-log-level = Umfang des Protokolls
policy-log-level-text = Was im Protokoll steht. Nachrichten und Geheimnisse stehen in keiner Stufe darin.
policy-log-level-error = Nur Fehler
policy-log-level-warn = Fehler und Warnungen
policy-log-level-info = Normaler Ablauf
policy-log-level-debug = Jeder Schritt
policy-log-folder = Ordner des Protokolls
policy-log-folder-text = Der Ordner der Protokolle, mit einem Unterordner für jede Person und jedes Profil. Er muss vorhanden sein, und alle müssen darin ihren Unterordner anlegen können; sonst bleibt das Protokoll bei den Daten von Estafette.

policy-start-background = Start im Hintergrund
policy-start-background-text = Estafette startet, ohne sein Fenster zu öffnen; danach öffnet das Symbol es.

# What is expected, after "Erwartet: ".
policy-kind-switch = true oder false (in der Registrierung von Windows 1 oder 0)
policy-kind-choice = eines der vorgesehenen Wörter
policy-kind-text = ein kurzer Text auf einer Zeile
policy-kind-server = der Name eines Servers, zum Beispiel matrix.bund.de
policy-kind-servers = eine Liste von Servernamen, zum Beispiel matrix.bund.de
policy-kind-link = eine Adresse, die mit https:// beginnt
policy-kind-proxy = eine Adresse mit http, https, socks5 oder socks5h, ohne Namen und Passwort, zum Beispiel http://proxy.example.de:3128
policy-kind-hosts = eine Liste von Namen, IP-Adressen oder Netzen, zum Beispiel intranet.example.de oder 10.0.0.0/8
policy-kind-colour = eine Farbe, zum Beispiel #000091
policy-kind-file = der vollständige Pfad einer Datei, zum Beispiel /usr/share/ministerium/logo.png oder unter Windows C:\Program Files\Ministerium\logo.png
policy-kind-files = eine Liste vollständiger Pfade von Dateien, zum Beispiel /etc/ssl/ministerium.pem oder unter Windows C:\Program Files\Ministerium\stelle.pem
policy-kind-folder = der vollständige Pfad eines Ordners, zum Beispiel /var/log/estafette oder unter Windows C:\ProgramData\Estafette\Logs

# What is wrong with a policy.
policy-problem-unknown-key = { $place }: Estafette kennt den Schlüssel { $key } nicht.
policy-problem-type = { $place }: Der Wert von { $key } hat nicht den richtigen Typ. Erwartet: { $wanted }.
policy-problem-value = { $place }: { $key } nimmt diesen Wert nicht an. Erwartet: { $wanted }.
policy-problem-json = { $place }: Ab dieser Zeile ist die Datei kein JSON mehr. Nichts davon gilt.
policy-problem-link = { $place }: Ein symbolischer Link führt hierher. Nichts davon gilt.
policy-problem-not-root = { $place }: Andere Konten als root können diese Datei oder einen Ordner darüber ändern. Nichts davon gilt.
policy-problem-size = { $place }: Diese Datei ist größer als 256 KiB. Nichts davon gilt.
policy-problem-unreadable = { $place }: Der Inhalt lässt sich nicht lesen. Nichts davon gilt.
policy-problem-twice = { $place }: { $key } steht mehr als einmal in dieser Datei. Der letzte Wert zählt oder, wenn die Sicherheit darauf beruht, der strengste, den es gibt.
policy-problem-hidden = { $place }: Manche Konten dürfen diese Datei nicht lesen. Für sie gilt nichts davon.
policy-problem-file-unreadable = { $place }: Diese Datei, die { $key } nennt, fehlt oder lässt sich nicht lesen. Sie zählt nicht.
policy-problem-file-not-root = { $place }: { $key } nennt diese Datei, aber andere Konten als root können sie oder einen Ordner darüber ändern. Sie zählt nicht.
policy-problem-file-link = { $place }: { $key } nennt diese Datei, aber ein symbolischer Link führt hierher. Sie zählt nicht.
policy-problem-file-size = { $place }: Diese Datei, die { $key } nennt, ist größer als 1 MiB. Sie zählt nicht.
policy-problem-file-hidden = { $place }: Manche Konten dürfen diese Datei, die { $key } nennt, nicht lesen. Für sie zählt sie nicht.
policy-problem-file-no-certificates = { $place }: Diese Datei, die { $key } nennt, enthält keine Zertifikate von Zertifizierungsstellen im PEM-Format, oder eines davon ist unlesbar. Sie zählt nicht.
policy-problem-file-no-picture = { $place }: Diese Datei, die { $key } nennt, ist kein Bild im Format PNG, JPEG, GIF oder WebP. Sie zählt nicht.

# Who has decided.
policy-source-machine = Ihre IT-Abteilung, für diesen Computer
policy-source-recommended = Ihre IT-Abteilung, als Empfehlung
policy-source-user = Ihre IT-Abteilung, für Ihr Konto auf diesem Computer
policy-source-installer = Die Installation von Estafette
policy-source-server = Der Server Ihres Kontos

# What `estafette-policy` says.
policy-check-fine = Keine Fehler.
policy-check-found = { $count ->
    [one] { $count } Fehler
   *[other] { $count } Fehler
}
policy-show-nothing = nichts festgelegt
policy-show-locked = gesperrt
policy-show-open = änderbar
policy-show-contrast = „{ policy-interface-theme-contrast }“ bleibt möglich
policy-show-fallback = falscher oder unlesbarer Wert, durch den strengsten ersetzt
policy-show-unclear = falscher oder unlesbarer Wert, an dessen Stelle keiner tritt
