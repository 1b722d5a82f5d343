# Was fehlschlagen kann und was man tun kann. Eine Meldung je Fehlercode (src-tauri/core/src/error.rs).

error-address-invalid = Diese Adresse ist nicht vollständig. Geben Sie eine Adresse wie vorname.name@beispiel.de, eine Matrix-ID wie @vorname.name:beispiel.de oder den Namen Ihres Servers ein.
error-name-not-found = Der Name des Servers { $server } ist nicht zu finden. Prüfen Sie die Adresse und Ihre Netzwerkverbindung. Wenn beides stimmt, sagen Sie Ihrer IT-Abteilung, dass Ihr Netzwerk diesen Namen nicht kennt (DNS).
error-server-unreachable = Der Server { $server } antwortet nicht. Prüfen Sie die Adresse und Ihre Netzwerkverbindung und versuchen Sie es noch einmal.
error-not-a-homeserver = { $server } antwortet, ist aber kein Matrix-Server. Prüfen Sie die Adresse oder fragen Sie Ihre IT-Abteilung danach.
error-server-too-old = Der Server { $server } ist zu alt für Estafette. Ihre IT-Abteilung muss ihn aktualisieren: Ihm fehlt die vereinfachte Synchronisierung (MSC4186).
error-captive-portal = Statt des Servers { $server } antwortet eine Webseite. Wenn Sie sich in Ihrem Netzwerk erst anmelden müssen (Hotel, Zug, Gastzugang), tun Sie das in Ihrem Browser und versuchen Sie es dann noch einmal. Prüfen Sie sonst die Adresse oder fragen Sie Ihre IT-Abteilung danach.
error-certificate-untrusted = Die Identität des Servers { $server } lässt sich nicht prüfen: Dieser Computer erkennt sein Zertifikat nicht an. Es wurde nichts gesendet. { $issuer ->
        [none] Wenden Sie sich an Ihre IT-Abteilung.
       *[other] Wenden Sie sich an Ihre IT-Abteilung und nennen Sie ihr den Aussteller des Zertifikats: { $issuer }.
    }
error-certificate-outdated = Das Zertifikat des Servers { $server } ist zu dem Datum, das dieser Computer anzeigt, nicht gültig. Es wurde nichts gesendet. Prüfen Sie Datum und Uhrzeit dieses Computers. { $issuer ->
        [none] Wenn sie stimmen, sagen Sie Ihrer IT-Abteilung, dass das Zertifikat erneuert werden muss.
       *[other] Wenn sie stimmen, sagen Sie Ihrer IT-Abteilung, dass das Zertifikat erneuert werden muss (Aussteller: { $issuer }).
    }
error-certificate-of-another = Nicht der Server { $server } antwortet, sondern ein anderer. Es wurde nichts gesendet. Wenn Sie sich in Ihrem Netzwerk erst anmelden müssen (Hotel, Zug, Gastzugang), tun Sie das in Ihrem Browser und versuchen Sie es dann noch einmal. { $issuer ->
        [none] Wenden Sie sich sonst an Ihre IT-Abteilung.
       *[other] Wenden Sie sich sonst an Ihre IT-Abteilung und nennen Sie ihr den Aussteller des Zertifikats: { $issuer }.
    }
error-certificates-unreadable = Eine Zertifikatsdatei, die Ihre Organisation angegeben hat, kann nicht verwendet werden. Wenden Sie sich an Ihre IT-Abteilung: Der Befehl „estafette-policy check“ und das Protokoll von Estafette sagen mehr dazu.
error-proxy-unknown = Aus den Vorgaben Ihrer Organisation geht nicht eindeutig hervor, welcher Proxyserver zu nehmen ist oder ob einer nötig ist. Estafette verbindet sich deshalb nicht. Wenden Sie sich an Ihre IT-Abteilung (Einstellungen network.proxy und network.proxyMode).
error-proxy-unusable = Der Proxyserver, der auf diesem Computer eingestellt ist, kann nicht benutzt werden: Seine Adresse ist ungültig. Lassen Sie die Einstellung von Ihrer IT-Abteilung prüfen und starten Sie Estafette neu.
error-proxy-unreachable = Der Proxyserver { $proxy } antwortet nicht. Prüfen Sie, ob Sie im Netzwerk Ihrer Organisation sind, und versuchen Sie es noch einmal. Wenn ja, nennen Sie Ihrer IT-Abteilung diesen Namen.
error-proxy-password-needed = Der Proxyserver { $proxy } verlangt einen Namen und ein Passwort. Wenn Sie sie nicht kennen, fragen Sie Ihre IT-Abteilung danach.
error-proxy-sign-in-unsupported = Der Proxyserver { $proxy } verlangt eine Anmeldung, die Estafette nicht beherrscht (Negotiate, NTLM …). Sagen Sie Ihrer IT-Abteilung: Nötig ist ein Zugang mit Name und Passwort (Basic) oder ohne Anmeldung.
error-proxy-not-kept = Estafette nutzt diesen Namen und dieses Passwort, solange es geöffnet ist, aber der Schlüsselbund dieses Computers hat sie nicht behalten: Beim nächsten Start wird wieder danach gefragt. Um das zu vermeiden, entsperren Sie den Schlüsselbund und versuchen Sie es noch einmal.
error-proxy-refused = Der Proxyserver { $proxy } hat keine Verbindung zu { $server } hergestellt: Er lässt sie nicht zu, oder sie gelingt ihm nicht. Nennen Sie Ihrer IT-Abteilung diese beiden Namen.
error-cleartext-refused = Die Verbindung zu diesem Server wäre nicht verschlüsselt. Estafette nutzt sie nicht. Geben Sie eine Adresse ein, die mit https:// beginnt, oder wenden Sie sich an Ihre IT-Abteilung.
error-password-sign-in-unavailable = Bei diesem Server können Sie sich nicht mit einem Passwort anmelden. Fragen Sie Ihre IT-Abteilung, wie Sie sich anmelden.
error-credentials-wrong = Der Name oder das Passwort stimmt nicht. Prüfen Sie beides und versuchen Sie es noch einmal.
error-account-deactivated = Dieses Konto wurde stillgelegt. Wenden Sie sich an Ihre Verwaltung, wenn Sie das für einen Irrtum halten.
error-too-many-requests = Zu viele Versuche. Warten Sie { $seconds ->
        [one] { $seconds } Sekunde
       *[other] { $seconds } Sekunden
    } und versuchen Sie es dann noch einmal.
error-server-failed = Der Server hat unerwartet geantwortet. Versuchen Sie es in einigen Minuten noch einmal; wenn es wieder geschieht, wenden Sie sich an Ihre IT-Abteilung.
error-offline = Keine Verbindung zum Server. Prüfen Sie Ihre Netzwerkverbindung und versuchen Sie es noch einmal.
error-keyring-unavailable = Der Schlüsselbund Ihrer Sitzung ist gesperrt oder antwortet nicht. Entsperren Sie ihn und versuchen Sie es noch einmal.
error-profile-in-use = Estafette ist mit diesem Profil bereits geöffnet. Nutzen Sie das Fenster, das schon offen ist.
error-profile-too-new = Diese Daten wurden von einer neueren Version von Estafette gespeichert. Aktualisieren Sie Estafette; es wurde nichts verändert.
error-profile-on-network = Der Ordner für die Daten von Estafette liegt auf einem Netzlaufwerk, wo sie beschädigt werden könnten: Es wurde dort nichts verändert. Bitten Sie Ihre IT-Abteilung, ihn auf einen Datenträger dieses Computers zu legen (Option --profile).
error-storage-failed = Die Daten von Estafette lassen sich nicht lesen oder speichern. Prüfen Sie, ob auf dem Datenträger noch Platz ist, und starten Sie Estafette neu.
error-storage-full = Der Datenträger ist voll: Es lässt sich nichts mehr speichern. Schaffen Sie Platz auf diesem Computer.
error-data-damaged = Die Daten von Estafette auf diesem Computer sind beschädigt und lassen sich nicht mehr lesen. Legen Sie sie beiseite und melden Sie sich neu an: Ihre Unterhaltungen kommen vom Server zurück, und Ihr Wiederherstellungsschlüssel macht Ihre verschlüsselten Nachrichten wieder lesbar.
error-recovery-key-wrong = Dieser Wiederherstellungsschlüssel ist nicht der richtige. Prüfen Sie jedes Zeichen; Leerzeichen spielen keine Rolle.
error-recovery-key-not-kept = Ihr Wiederherstellungsschlüssel ist noch nicht sicher verwahrt: Ohne ihn wären Ihre verschlüsselten Nachrichten verloren. Verwahren Sie ihn zuerst und melden Sie sich dann ab.
error-keys-not-saved = Manche Ihrer verschlüsselten Nachrichten sind noch nicht gesichert. Wenn Sie sich jetzt abmelden, könnten sie für immer unlesbar werden. Prüfen Sie, ob das Netzwerk da ist und ob nach einem Wiederherstellungsschlüssel gefragt wird, und versuchen Sie es dann noch einmal.
error-device-unconfirmed = Dieses Gerät ist nicht bestätigt: Es kann keine verschlüsselten Nachrichten senden. Geben Sie Ihren Wiederherstellungsschlüssel ein, um es zu bestätigen.
error-room-unknown = Diesen Raum gibt es nicht oder nicht mehr. Wählen Sie einen anderen aus der Liste.
error-message-unknown = Diese Nachricht ist nicht mehr verfügbar.
error-not-allowed = Die Regeln dieses Raums erlauben Ihnen das nicht. Wenden Sie sich an die Person, die ihn verwaltet.
error-media-unavailable = Diese Datei lässt sich nicht laden oder entschlüsseln. Versuchen Sie es später noch einmal oder bitten Sie darum, sie noch einmal zu senden.
error-text-too-long = Dieser Text ist zu lang für eine Nachricht. Senden Sie ihn in mehreren Nachrichten oder als Datei.
error-image-unreadable = Dieses Bild lässt sich nicht lesen. Wählen Sie ein Foto oder Bild in einem gängigen Format wie JPEG oder PNG.
error-image-too-large = Dieses Bild ist zu groß zum Senden. Verkleinern Sie es, oder wählen Sie ein anderes.
error-name-empty = Geben Sie einen Namen ein: Er darf nicht leer sein.
error-profile-fixed = Ihre Verwaltung verwaltet Namen und Bilder selbst: Sie lassen sich hier nicht ändern.
error-managed = Ihre Organisation hat das festgelegt: Es lässt sich hier nicht ändern.
error-server-not-allowed = Ihre Organisation erlaubt die Anmeldung am Server { $server } nicht. Geben Sie Ihre dienstliche Adresse ein, oder wenden Sie sich an Ihre IT-Abteilung.
error-account-not-allowed = Ihre Organisation erlaubt das Konto auf diesem Computer nicht mehr, das des Servers { $server }. Wenden Sie sich an Ihre IT-Abteilung.
error-link-refused = Estafette öffnet Links dieser Art nicht.
error-not-signed-in = Melden Sie sich zuerst bei Ihrem Konto an.
error-internal = In Estafette ist ein Fehler aufgetreten. Versuchen Sie es noch einmal; wenn er wieder auftritt, wenden Sie sich an Ihre IT-Abteilung.
