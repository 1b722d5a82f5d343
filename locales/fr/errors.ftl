# Ce qui peut échouer, et ce que la personne peut faire. Un message par code d’erreur (src-tauri/core/src/error.rs).

error-address-invalid = Cette adresse n’est pas complète. Saisissez une adresse telle que prenom.nom@exemple.fr, un identifiant Matrix tel que @prenom.nom:exemple.fr, ou le nom de votre serveur.
error-name-not-found = Le nom du serveur { $server } est introuvable. Vérifiez l’adresse et votre connexion au réseau. Si les deux sont justes, dites à votre service informatique que votre réseau ne connaît pas ce nom (DNS).
error-server-unreachable = Le serveur { $server } ne répond pas. Vérifiez l’adresse et votre connexion au réseau, puis réessayez.
error-not-a-homeserver = { $server } répond, mais ce n’est pas un serveur de messagerie Matrix. Vérifiez l’adresse ou demandez-la à votre service informatique.
error-server-too-old = Le serveur { $server } est trop ancien pour Estafette. Votre service informatique doit le mettre à jour : il lui manque la synchronisation simplifiée (MSC4186).
error-captive-portal = Au lieu du serveur { $server }, une page web répond. Si votre réseau demande d’abord de s’y connecter (hôtel, train, accès invité), faites-le dans votre navigateur, puis réessayez. Sinon, vérifiez l’adresse ou demandez-la à votre service informatique.
error-certificate-untrusted = L’identité du serveur { $server } ne peut pas être vérifiée : son certificat n’est pas reconnu par cet ordinateur. Rien n’a été envoyé. { $issuer ->
        [none] Contactez votre service informatique.
       *[other] Contactez votre service informatique et dites-lui qui a émis ce certificat : { $issuer }.
    }
error-certificate-outdated = Le certificat du serveur { $server } n’est pas valable à la date que donne cet ordinateur. Rien n’a été envoyé. Vérifiez la date et l’heure de cet ordinateur. { $issuer ->
        [none] Si elles sont justes, dites à votre service informatique que ce certificat est à renouveler.
       *[other] Si elles sont justes, dites à votre service informatique que ce certificat, émis par { $issuer }, est à renouveler.
    }
error-certificate-of-another = Ce n’est pas le serveur { $server } qui répond, mais un autre. Rien n’a été envoyé. Si votre réseau demande d’abord de s’y connecter (hôtel, train, accès invité), faites-le dans votre navigateur, puis réessayez. { $issuer ->
        [none] Sinon, contactez votre service informatique.
       *[other] Sinon, contactez votre service informatique et dites-lui qui a émis le certificat : { $issuer }.
    }
error-certificates-unreadable = Un fichier de certificats que votre organisation a indiqué ne peut pas être utilisé. Contactez votre service informatique : la commande « estafette-policy check » et le journal d’Estafette en disent plus.
error-proxy-unknown = Les règles de votre organisation n’indiquent pas clairement quel serveur mandataire (proxy) il faut prendre, ou s’il en faut un. Estafette ne se connecte donc pas. Contactez votre service informatique (réglages network.proxy et network.proxyMode).
error-proxy-unusable = Le serveur mandataire (proxy) réglé sur cet ordinateur ne peut pas être utilisé : son adresse n’est pas valable. Faites vérifier ce réglage par votre service informatique, puis redémarrez Estafette.
error-proxy-unreachable = Le serveur mandataire (proxy) { $proxy } ne répond pas. Vérifiez que vous êtes sur le réseau de votre organisation, puis réessayez. Si c’est le cas, donnez ce nom à votre service informatique.
error-proxy-password-needed = Le serveur mandataire (proxy) { $proxy } demande un nom et un mot de passe. Si vous ne les connaissez pas, demandez-les à votre service informatique.
error-proxy-sign-in-unsupported = Le serveur mandataire (proxy) { $proxy } exige une identification qu’Estafette ne sait pas faire (Negotiate, NTLM…). Dites-le à votre service informatique : il faut un accès avec nom et mot de passe (Basic), ou sans identification.
error-proxy-not-kept = Estafette utilise ce nom et ce mot de passe tant qu’elle est ouverte, mais le trousseau de cet ordinateur ne les a pas gardés : ils seront demandés à nouveau au prochain démarrage. Pour l’éviter, déverrouillez le trousseau, puis réessayez.
error-proxy-refused = Le serveur mandataire (proxy) { $proxy } n’a pas ouvert la connexion à { $server } : il ne l’autorise pas, ou n’y arrive pas. Donnez ces deux noms à votre service informatique.
error-cleartext-refused = La connexion à ce serveur ne serait pas chiffrée. Estafette ne l’utilise pas. Saisissez une adresse qui commence par https://, ou contactez votre service informatique.
error-password-sign-in-unavailable = Ce serveur ne permet pas de se connecter avec un mot de passe. Demandez à votre service informatique comment vous connecter.
error-credentials-wrong = Le nom ou le mot de passe n’est pas correct. Vérifiez-les et réessayez.
error-account-deactivated = Ce compte a été désactivé. Contactez votre administration si vous pensez qu’il s’agit d’une erreur.
error-too-many-requests = Trop de tentatives. Attendez { $seconds ->
        [one] { $seconds } seconde
       *[other] { $seconds } secondes
    } avant de réessayer.
error-server-failed = Le serveur a répondu de façon inattendue. Réessayez dans quelques minutes ; si cela se reproduit, contactez votre service informatique.
error-offline = Pas de connexion au serveur. Vérifiez votre connexion au réseau, puis réessayez.
error-keyring-unavailable = Le trousseau de clés de votre session est verrouillé ou ne répond pas. Déverrouillez-le, puis réessayez.
error-profile-in-use = Estafette est déjà ouverte avec ce profil. Utilisez la fenêtre déjà ouverte.
error-profile-too-new = Ces données ont été enregistrées par une version plus récente d’Estafette. Mettez Estafette à jour ; rien n’a été modifié.
error-profile-on-network = Le dossier des données d’Estafette se trouve sur un lecteur réseau, où elles pourraient être endommagées : rien n’y a été modifié. Demandez à votre service informatique de le placer sur un disque de cet ordinateur (option --profile).
error-storage-failed = Les données d’Estafette ne peuvent pas être lues ou enregistrées. Vérifiez l’espace disponible sur le disque, puis redémarrez Estafette.
error-storage-full = Le disque est plein : rien ne peut plus être enregistré. Libérez de l’espace sur cet ordinateur.
error-data-damaged = Les données d’Estafette sur cet ordinateur sont endommagées et ne peuvent plus être lues. Mettez-les de côté et connectez-vous à nouveau : vos conversations reviendront du serveur, et votre clé de récupération rouvrira vos messages chiffrés.
error-recovery-key-wrong = Cette clé de récupération n’est pas la bonne. Vérifiez chaque caractère ; les espaces ne comptent pas.
error-recovery-key-not-kept = Votre clé de récupération n’est pas encore conservée : sans elle, vos messages chiffrés seraient perdus. Conservez-la d’abord, puis déconnectez-vous.
error-keys-not-saved = Certains de vos messages chiffrés ne sont pas encore sauvegardés. Si vous vous déconnectez maintenant, ils pourraient devenir illisibles pour toujours. Vérifiez que le réseau fonctionne et qu’aucune clé de récupération ne vous est demandée, puis réessayez.
error-device-unconfirmed = Cet appareil n’est pas confirmé : il ne peut pas envoyer de messages chiffrés. Saisissez votre clé de récupération pour le confirmer.
error-room-unknown = Ce salon n’existe pas ou plus. Choisissez-en un autre dans la liste.
error-message-unknown = Ce message n’est plus disponible.
error-not-allowed = Les règles de ce salon ne vous permettent pas de faire cela. Adressez-vous à la personne qui l’administre.
error-media-unavailable = Ce fichier ne peut pas être chargé ou déchiffré. Réessayez plus tard, ou demandez à la personne de l’envoyer à nouveau.
error-text-too-long = Ce texte est trop long pour un message. Envoyez-le en plusieurs messages, ou dans un fichier.
error-image-unreadable = Cette image ne peut pas être lue. Choisissez une photo ou une image d’un format courant, comme JPEG ou PNG.
error-image-too-large = Cette image est trop grande pour être envoyée. Réduisez-la, ou choisissez-en une autre.
error-name-empty = Saisissez un nom : il ne peut pas être vide.
error-profile-fixed = Votre administration gère elle-même les noms et les photos : ils ne peuvent pas être changés ici.
error-managed = Votre organisation a décidé de ce réglage : il ne peut pas être changé ici.
error-server-not-allowed = Votre organisation ne permet pas de se connecter au serveur { $server }. Saisissez votre adresse professionnelle, ou contactez votre service informatique.
error-account-not-allowed = Votre organisation ne permet plus d’utiliser le compte qui se trouve sur cet ordinateur, celui du serveur { $server }. Contactez votre service informatique.
error-link-refused = Estafette n’ouvre pas ce type de lien.
error-not-signed-in = Connectez-vous d’abord à votre compte.
error-internal = Une erreur s’est produite dans Estafette. Réessayez ; si cela se reproduit, contactez votre service informatique.
