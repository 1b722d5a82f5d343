# The connection to the server.
sync-offline = Sie sind offline.
sync-offline-text = Lesen und Schreiben geht weiter: Ihre Nachrichten warten und werden gesendet, sobald das Netz zurück ist.
sync-online = Die Verbindung steht wieder.
# Why, where an error says to try again (errors.ftl): here nobody has to.
sync-why-captive-portal = Statt des Servers { $server } antwortet eine Webseite. Wenn Sie sich in Ihrem Netzwerk erst anmelden müssen (Hotel, Zug, Gastzugang), tun Sie das in Ihrem Browser: Estafette versucht es von selbst wieder. Wenden Sie sich sonst an Ihre IT-Abteilung.
sync-why-certificate-of-another = Nicht der Server { $server } antwortet, sondern ein anderer. Es wurde nichts gesendet. Wenn Sie sich in Ihrem Netzwerk erst anmelden müssen (Hotel, Zug, Gastzugang), tun Sie das in Ihrem Browser: Estafette versucht es von selbst wieder. { $issuer ->
        [none] Wenden Sie sich sonst an Ihre IT-Abteilung.
       *[other] Wenden Sie sich sonst an Ihre IT-Abteilung und nennen Sie ihr den Aussteller des Zertifikats: { $issuer }.
    }
sync-why-proxy-unreachable = Der Proxyserver { $proxy } antwortet nicht. Estafette versucht es von selbst wieder. Prüfen Sie, ob Sie im Netzwerk Ihrer Organisation sind. Wenn ja, nennen Sie Ihrer IT-Abteilung diesen Namen.
sync-why-server-failed = Der Server hat unerwartet geantwortet. Estafette versucht es von selbst wieder. Wenn das so bleibt, wenden Sie sich an Ihre IT-Abteilung.
sync-proxy-asks = Der Proxyserver { $proxy } verlangt Name und Passwort.
sync-proxy-refused = Der Proxyserver { $proxy } nimmt diesen Namen und dieses Passwort nicht an.
sync-proxy-enter = Anmelden
sync-proxy-title = Am Proxyserver anmelden
sync-proxy-text = Um aus Ihrem Netz zu kommen, nutzt Estafette { $proxy } und muss dort einen Namen und ein Passwort angeben. Beides gibt Ihnen Ihre IT-Abteilung; es wird, wenn möglich, im Schlüsselbund dieses Computers aufbewahrt.
sync-proxy-cleartext = Der Name und das Passwort gehen unverschlüsselt bis zu diesem Server. Ihre Nachrichten bleiben verschlüsselt.
sync-proxy-user = Benutzername
sync-proxy-password = Passwort
sync-proxy-colon = Dieser Name darf keinen Doppelpunkt enthalten.
sync-proxy-long = Das ist zu lang für einen Proxyserver.
sync-proxy-invisible = Darin steht ein Zeichen, das man nicht sieht, zum Beispiel ein Tabulator.
sync-proxy-confirm = Weiter
