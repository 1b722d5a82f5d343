# What the user may choose.
settings-title = Einstellungen
settings-title-key = Einstellungen (Strg+,)
settings-back = Zurück zu den Einstellungen
settings-pages = Seiten der Einstellungen
settings-search = Einstellung suchen
settings-search-clear = Suche leeren
settings-results = { $count ->
    [0] Keine Einstellung gefunden
    [one] { $count } Einstellung gefunden
   *[other] { $count } Einstellungen gefunden
}
settings-results-label = Gefundene Einstellungen
settings-results-none = Keine Einstellung passt zu „{ $query }“.
settings-version = Estafette { $version } · Freie Software
settings-reading = Lesen
settings-operating = Maus und Tastatur

settings-account = Konto
settings-photo = Bild
settings-photo-text = Wer mit Ihnen schreibt, sieht es neben Ihrem Namen.
settings-photo-keywords = Avatar Foto Porträt Profilbild
settings-photo-choose = Bild auswählen …
settings-photo-remove = Bild entfernen
settings-photo-changed = Bild geändert.
settings-photo-removed = Bild entfernt.
settings-name = Angezeigter Name
settings-name-text = Der Name, den andere sehen, ohne Ihre Organisation.
settings-name-keywords = Vorname Anzeigename Profil umbenennen Identität
settings-name-save = Speichern
settings-name-saved = Name gespeichert.
settings-identifier = Kennung
settings-identifier-text = Die Adresse für alle, die Ihnen schreiben möchten.
settings-identifier-keywords = Matrix-ID Adresse Konto Server

settings-notifications = Benachrichtigungen
settings-content = Inhalt der Benachrichtigungen
settings-content-text = Was eine Benachrichtigung von einer neuen Nachricht zeigt.
settings-content-keywords = Hinweis Vorschau Datenschutz Absender Sperrbildschirm Meldung
settings-content-full = Absender und Nachricht
settings-content-sender = Nur den Absender
settings-content-nothing = Keines von beiden
settings-close-to-tray = Im Hintergrund bleiben
settings-close-to-tray-text = Wenn Sie das Fenster schließen, bleibt Estafette im Infobereich und meldet Ihnen neue Nachrichten.
settings-close-to-tray-keywords = schließen fenster beenden symbol taskleiste systray minimieren

settings-appearance = Darstellung
settings-theme = Farbschema
settings-theme-text = Die Farben des ganzen Fensters.
settings-theme-keywords = Design Thema hell dunkel Nacht Kontrast Modus
settings-theme-system = Wie das System
settings-theme-light = Hell
settings-theme-dark = Dunkel
settings-theme-contrast = Hoher Kontrast
settings-text-size = Textgröße
settings-text-size-text = Vergrößert das ganze Fenster, andere Programme nicht.
settings-text-size-keywords = Schriftgröße Schrift Buchstaben Zoom vergrößern Lupe Sehen
settings-density = Dichte
settings-density-text = Wie viel Platz um Unterhaltungen und Nachrichten bleibt.
settings-density-keywords = eng kompakt komfortabel Zeilenabstand Abstand
settings-density-comfortable = Komfortabel
settings-density-compact = Kompakt

settings-accessibility = Barrierefreiheit
settings-motion = Animationen reduzieren
settings-motion-text = Hält an, was sich bewegt; sonst gilt die Einstellung des Systems.
settings-motion-keywords = Bewegung Übergang Schwindel Epilepsie
settings-announcements = Neue Nachrichten vorlesen
settings-announcements-text = Was Ihr Screenreader in der geöffneten Unterhaltung ansagt.
settings-announcements-keywords = Ansage Stimme Bildschirmleser NVDA Orca Erwähnung
settings-announcements-all = Alle Nachrichten
settings-announcements-mentions = Nur Erwähnungen
settings-announcements-none = Keine
settings-large-targets = Größere Klickflächen
settings-large-targets-text = Alle Schaltflächen sind mindestens 44 Pixel groß.
settings-large-targets-keywords = Ziel Taste Berühren Touch Maus Zittern Motorik
settings-single-keys = Tastenkürzel aus einer Taste
settings-single-keys-text = Auf einer Nachricht antwortet R, und + reagiert.
settings-single-keys-keywords = Tastatur Buchstabe Shortcut antworten reagieren Spracheingabe

settings-languages = Sprache
settings-language = Sprache von Estafette
settings-language-text = Nachrichten bleiben in der Sprache, in der sie geschrieben wurden.
settings-language-keywords = Deutsch Französisch français langue Oberfläche Übersetzung

settings-privacy = Datenschutz
settings-receipts = Lesebestätigungen
settings-receipts-text = Andere sehen, bis wohin Sie gelesen haben.
settings-receipts-keywords = gesehen gelesen Häkchen
settings-typing = Schreibanzeige
settings-typing-text = Andere sehen, dass Sie gerade schreiben.
settings-typing-keywords = tippt schreibt Eingabe

settings-storage = Speicher
settings-sizes = Belegter Speicher
settings-sizes-text = Was Estafette auf diesem Computer aufbewahrt.
settings-sizes-keywords = Speicherplatz Festplatte Größe Megabyte Gigabyte
settings-sizes-measuring = Wird berechnet …
settings-sizes-messages = Nachrichten
settings-sizes-pictures = Bilder
settings-sizes-window = Anzeige
settings-sizes-other = Weitere Daten
settings-clear = Speicher freigeben
settings-clear-text = Entfernt von diesem Computer die Bilder und Nachrichten, die der Server aufbewahrt.
settings-clear-keywords = Cache leeren Zwischenspeicher löschen aufräumen Speicherplatz
settings-clear-button = Speicher freigeben
settings-clear-title = Speicher freigeben?
settings-clear-kept = Nichts geht verloren: Bilder und Nachrichten werden wieder geladen, wenn Sie eine Unterhaltung öffnen.
settings-clear-offline = Ohne Netz sind sie bis dahin nicht lesbar.
settings-clear-done = Der Speicher ist freigegeben.

settings-about = Über Estafette
settings-versions = Versionen
settings-versions-text = Für Ihre IT-Abteilung.
settings-versions-keywords = Nummer System Aktualisierung Update Support WebKit WebView2
settings-versions-sdk = Matrix-Bibliothek
settings-versions-webview = Anzeigemodul
settings-versions-system = System
settings-licence = Lizenz
settings-licence-text = Estafette ist freie Software unter der Open-Source-Lizenz der Europäischen Union, Version 1.2.
settings-licence-keywords = EUPL Freie Software Quelltext Recht
settings-components = Bestandteile
settings-components-text = Die freie Software, aus der Estafette besteht, und ihre Lizenzen.
settings-components-keywords = Dritte Bibliotheken Abhängigkeiten Lizenz Open Source MIT Apache
settings-components-show = Liste anzeigen
settings-components-hide = Liste verbergen
settings-components-search = Bestandteil suchen
settings-components-count = { $count ->
    [0] Keine Bestandteile
    [one] { $count } Bestandteil
   *[other] { $count } Bestandteile
}
