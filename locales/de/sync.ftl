# The connection to the server.
sync-offline = Sie sind offline.
sync-offline-text = Lesen und Schreiben geht weiter: Ihre Nachrichten warten und werden gesendet, sobald das Netz zurück ist.
sync-online = Die Verbindung steht wieder.
