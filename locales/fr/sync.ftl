# The connection to the server.
sync-offline = Vous êtes hors connexion.
sync-offline-text = Vous pouvez lire et écrire : vos messages attendent et partiront au retour du réseau.
sync-online = La connexion est rétablie.
