# Was fehlschlagen kann und was man tun kann. Eine Meldung je Fehlercode (src-tauri/core/src/error.rs).

error-address-invalid = Diese Adresse ist nicht vollständig. Geben Sie eine Adresse wie vorname.name@beispiel.de, eine Matrix-ID wie @vorname.name:beispiel.de oder den Namen Ihres Servers ein.
error-server-unreachable = Der Server { $server } antwortet nicht. Prüfen Sie die Adresse und Ihre Netzwerkverbindung und versuchen Sie es noch einmal.
error-not-a-homeserver = { $server } antwortet, ist aber kein Matrix-Server. Prüfen Sie die Adresse oder fragen Sie Ihre IT-Abteilung danach.
error-server-too-old = Der Server { $server } ist zu alt für Estafette. Ihre IT-Abteilung muss ihn aktualisieren.
error-certificate-untrusted = Die Identität des Servers { $server } lässt sich nicht prüfen: Dieser Computer erkennt sein Zertifikat nicht an. Es wurde nichts gesendet. Wenden Sie sich an Ihre IT-Abteilung.
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
error-link-refused = Estafette öffnet Links dieser Art nicht.
error-not-signed-in = Melden Sie sich zuerst bei Ihrem Konto an.
error-internal = In Estafette ist ein Fehler aufgetreten. Versuchen Sie es noch einmal; wenn er wieder auftritt, wenden Sie sich an Ihre IT-Abteilung.
