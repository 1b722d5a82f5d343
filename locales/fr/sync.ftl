# The connection to the server.
sync-offline = Vous êtes hors connexion.
sync-offline-text = Vous pouvez lire et écrire : vos messages attendent et partiront au retour du réseau.
sync-online = La connexion est rétablie.
# Why, where an error says to try again (errors.ftl): here nobody has to.
sync-why-captive-portal = Au lieu du serveur { $server }, une page web répond. Si votre réseau demande d’abord de s’y connecter (hôtel, train, accès invité), faites-le dans votre navigateur : Estafette réessaie d’elle-même. Sinon, contactez votre service informatique.
sync-why-certificate-of-another = Ce n’est pas le serveur { $server } qui répond, mais un autre. Rien n’a été envoyé. Si votre réseau demande d’abord de s’y connecter (hôtel, train, accès invité), faites-le dans votre navigateur : Estafette réessaie d’elle-même. { $issuer ->
        [none] Sinon, contactez votre service informatique.
       *[other] Sinon, contactez votre service informatique et dites-lui qui a émis le certificat : { $issuer }.
    }
sync-why-proxy-unreachable = Le serveur mandataire (proxy) { $proxy } ne répond pas. Estafette réessaie d’elle-même. Vérifiez que vous êtes sur le réseau de votre organisation. Si c’est le cas, donnez ce nom à votre service informatique.
sync-why-server-failed = Le serveur a répondu de façon inattendue. Estafette réessaie d’elle-même. Si cela dure, contactez votre service informatique.
sync-proxy-asks = Le serveur mandataire (proxy) { $proxy } demande un nom et un mot de passe.
sync-proxy-refused = Le serveur mandataire (proxy) { $proxy } n’accepte pas ce nom et ce mot de passe.
sync-proxy-enter = S’identifier
sync-proxy-title = S’identifier auprès du serveur mandataire
sync-proxy-text = Pour sortir de votre réseau, Estafette passe par { $proxy }, qui demande un nom et un mot de passe. Votre service informatique vous les donne ; ils sont gardés, si possible, dans le trousseau de cet ordinateur.
sync-proxy-cleartext = Le nom et le mot de passe vont jusqu’à ce serveur sans chiffrement. Vos messages restent chiffrés.
sync-proxy-user = Nom d’utilisateur
sync-proxy-password = Mot de passe
sync-proxy-colon = Ce nom ne peut pas contenir de deux-points.
sync-proxy-long = C’est trop long pour un serveur mandataire.
sync-proxy-invisible = Il s’y trouve un signe que l’on ne voit pas, par exemple une tabulation.
sync-proxy-confirm = Continuer
