# What the administration of a machine can decide. `policy-<key>` is its title, `…-text` says what it does,
# `…-<word>` is one of its words.
policy-section-servers = Serveurs
policy-section-encryption = Chiffrement
policy-section-notifications = Notifications
policy-section-messages = Messages
policy-section-interface = Interface
policy-section-brand = Identité visuelle
policy-section-links = Liens
policy-section-network = Réseau
policy-section-log = Journal
policy-section-start = Démarrage

policy-servers-allowed = Serveurs autorisés
policy-servers-allowed-text = Les serveurs auxquels il est possible de se connecter. Si rien n’est fixé, tous le sont ; avec une liste vide, aucun. À titre de conseil, la liste n’interdit rien. Un serveur y figure comme dans les identifiants Matrix, ou par le nom d’hôte de son adresse, sans https://.
policy-servers-discovery = Recherche du serveur
policy-servers-discovery-text = Comment Estafette trouve le serveur à partir d’une adresse. Avec « { policy-servers-discovery-fixed } », si aucun serveur unique n’est fixé, seuls ceux de la liste sont autorisés.
policy-servers-discovery-well-known = Par le fichier .well-known du domaine
policy-servers-discovery-fixed = Toujours le serveur unique
policy-servers-fixed = Serveur unique
policy-servers-fixed-text = Le serveur de tout le monde : pour se connecter, un nom suffit. Il ne compte pas si la règle « { policy-servers-discovery } » a pour valeur « { policy-servers-discovery-well-known } ».

policy-encryption-recipients = Appareils destinataires
policy-encryption-recipients-text = Les appareils qui reçoivent les clés des messages chiffrés. Sur les autres, les messages restent illisibles. Avec « { policy-encryption-recipients-verified } », seules les personnes que vous avez vérifiées lisent vos messages ; Estafette ne permet pas encore de vérifier quelqu’un : cela se fait dans une autre application.
policy-encryption-recipients-signed = Les appareils confirmés
policy-encryption-recipients-verified = Les appareils des personnes vérifiées

policy-notifications-content = Contenu des notifications
policy-notifications-content-text = Ce qu’une notification montre d’un nouveau message.
policy-notifications-content-full = Expéditeur et message
policy-notifications-content-sender = Expéditeur seulement
policy-notifications-content-nothing = Ni l’un ni l’autre

policy-messages-images = Envoi d’images
policy-messages-images-text = Permet d’envoyer des images et de choisir sa photo. Sinon, celles qui attendent d’être envoyées sont retenues. Celles qui sont reçues restent visibles dans tous les cas.
policy-messages-receipts = Accusés de lecture
policy-messages-receipts-text = Les autres voient jusqu’où vous avez lu.

policy-interface-language = Langue d’Estafette
policy-interface-language-text = La langue de toute la fenêtre. Les messages restent dans la langue où ils ont été écrits.
policy-interface-language-fr = Français
policy-interface-language-de = Allemand
policy-interface-theme = Couleurs
policy-interface-theme-text = Les couleurs de toute la fenêtre. Même si elles sont fixées, « { policy-interface-theme-contrast } » peut toujours être choisi.
policy-interface-theme-system = Comme le système
policy-interface-theme-light = Claires
policy-interface-theme-dark = Sombres
policy-interface-theme-contrast = Contraste élevé

policy-brand-name = Nom de la messagerie
policy-brand-name-text = Le nom qui remplace « Estafette » sur l’écran de connexion.
policy-brand-logo = Logo
policy-brand-logo-text = L’image placée à côté de ce nom : PNG, JPEG, GIF ou WebP, de 1 Mio au plus.
policy-brand-accent = Couleur des boutons
policy-brand-accent-text = La couleur des boutons et de ce qui est actif. Estafette en tire des nuances lisibles, sur fond clair comme sur fond sombre.

policy-links-help = Aide
policy-links-help-text = La page d’aide de votre organisation.
policy-links-terms = Conditions d’utilisation
policy-links-terms-text = La page des conditions d’utilisation.
policy-links-privacy = Données personnelles
policy-links-privacy-text = La page qui dit ce que deviennent les données personnelles.
policy-links-imprint = Mentions légales
policy-links-imprint-text = La page qui dit qui est responsable du service.
policy-links-accessibility = Accessibilité
policy-links-accessibility-text = La déclaration d’accessibilité.
policy-links-status = État des services
policy-links-status-text = La page qui dit si les services fonctionnent.

policy-network-proxy-mode = Accès par un serveur mandataire (proxy)
policy-network-proxy-mode-text = Par quel proxy Estafette passe pour joindre le serveur.
policy-network-proxy-mode-system = Celui du système
policy-network-proxy-mode-none = Aucun
policy-network-proxy-mode-manual = Celui qui est indiqué
policy-network-proxy = Adresse du proxy
policy-network-proxy-text = Elle compte si la règle « { policy-network-proxy-mode } » a pour valeur « { policy-network-proxy-mode-manual } », ou si rien n’y est fixé. Avec socks5h, c’est le proxy qui cherche l’adresse des serveurs ; avec socks5, cet ordinateur. Tout le monde peut lire cette valeur : elle ne prend ni nom ni mot de passe.
policy-network-proxy-exceptions = Accès sans proxy
policy-network-proxy-exceptions-text = Ce qui est joint sans passer par le proxy : un nom avec tous ses sous-domaines, une adresse IP ou un réseau. Ne compte qu’avec une « { policy-network-proxy } » fixée par la même source ou par une moins forte.
policy-network-root-certificates = Autorités de certification
policy-network-root-certificates-text = Des fichiers PEM d’autorités à reconnaître en plus de celles du système.

policy-log-level = Détail du journal
policy-log-level-text = Ce qui est écrit dans le journal. À aucun niveau, il ne contient de messages ni de secrets.
policy-log-level-error = Erreurs seulement
policy-log-level-warn = Erreurs et avertissements
policy-log-level-info = Déroulement normal
policy-log-level-debug = Chaque étape
policy-log-folder = Dossier du journal
policy-log-folder-text = Le dossier des journaux, avec un sous-dossier par personne et par profil. Il doit exister, et chacun doit pouvoir y créer le sien ; sinon, le journal reste parmi les données d’Estafette.

policy-start-background = Démarrage en arrière-plan
policy-start-background-text = Estafette démarre sans ouvrir sa fenêtre ; une fois démarrée, son icône l’ouvre.

# What is expected, after "Attendu : ".
policy-kind-switch = true ou false (dans le registre de Windows, 1 ou 0)
policy-kind-choice = l’un des mots prévus
policy-kind-text = un texte court, sur une seule ligne
policy-kind-server = le nom d’un serveur, par exemple agent.dinum.tchap.gouv.fr
policy-kind-servers = une liste de noms de serveurs, par exemple agent.dinum.tchap.gouv.fr
policy-kind-link = une adresse qui commence par https://
policy-kind-proxy = une adresse http, https, socks5 ou socks5h, sans nom ni mot de passe, par exemple http://proxy.example.fr:3128
policy-kind-hosts = une liste de noms, d’adresses IP ou de réseaux, par exemple intranet.example.fr ou 10.0.0.0/8
policy-kind-colour = une couleur, par exemple #000091
policy-kind-file = le chemin complet d’un fichier, par exemple /usr/share/ministere/logo.png ou, sous Windows, C:\Program Files\Ministere\logo.png
policy-kind-files = une liste de chemins complets de fichiers, par exemple /etc/ssl/ministere.pem ou, sous Windows, C:\Program Files\Ministere\autorite.pem
policy-kind-folder = le chemin complet d’un dossier, par exemple /var/log/estafette ou, sous Windows, C:\ProgramData\Estafette\Logs

# What is wrong with a policy.
policy-problem-unknown-key = { $place } : Estafette ne connaît pas la clé { $key }.
policy-problem-type = { $place } : la clé { $key } ne contient pas une valeur du bon type. Attendu : { $wanted }.
policy-problem-value = { $place } : la clé { $key } n’accepte pas cette valeur. Attendu : { $wanted }.
policy-problem-json = { $place } : ce fichier n’est plus du JSON à partir de cette ligne. Rien n’en est appliqué.
policy-problem-link = { $place } : un lien symbolique mène à cet endroit. Rien n’en est appliqué.
policy-problem-not-root = { $place } : d’autres comptes que root peuvent modifier ce fichier ou un dossier qui le contient. Rien n’en est appliqué.
policy-problem-size = { $place } : ce fichier dépasse 256 Kio. Rien n’en est appliqué.
policy-problem-unreadable = { $place } : impossible de lire ce qui s’y trouve. Rien n’en est appliqué.
policy-problem-twice = { $place } : la clé { $key } figure plus d’une fois dans ce fichier. La dernière valeur compte, ou, si la sécurité en dépend, la plus stricte qui soit.
policy-problem-hidden = { $place } : certains comptes n’ont pas le droit de lire ce fichier. Pour eux, rien n’en est appliqué.
policy-problem-file-unreadable = { $place } : ce fichier, que nomme la clé { $key }, manque ou ne peut pas être lu. Il ne compte pas.
policy-problem-file-not-root = { $place } : la clé { $key } nomme ce fichier, mais d’autres comptes que root peuvent le modifier, ou un dossier qui le contient. Il ne compte pas.
policy-problem-file-link = { $place } : la clé { $key } nomme ce fichier, mais un lien symbolique y mène. Il ne compte pas.
policy-problem-file-size = { $place } : ce fichier, que nomme la clé { $key }, dépasse 1 Mio. Il ne compte pas.
policy-problem-file-hidden = { $place } : certains comptes n’ont pas le droit de lire ce fichier, que nomme la clé { $key }. Pour eux, il ne compte pas.
policy-problem-file-no-certificates = { $place } : ce fichier, que nomme la clé { $key }, ne contient pas de certificats d’autorités au format PEM, ou l’un d’eux est illisible. Il ne compte pas.
policy-problem-file-no-picture = { $place } : ce fichier, que nomme la clé { $key }, n’est pas une image PNG, JPEG, GIF ou WebP. Il ne compte pas.

# Who has decided.
policy-source-machine = Votre service informatique, pour cet ordinateur
policy-source-recommended = Votre service informatique, à titre de conseil
policy-source-user = Votre service informatique, pour votre compte sur cet ordinateur
policy-source-installer = L’installation d’Estafette
policy-source-server = Le serveur de votre compte

# What `estafette-policy` says.
policy-check-fine = Aucune erreur.
policy-check-found = { $count ->
    [one] { $count } erreur
   *[other] { $count } erreurs
}
policy-show-nothing = rien n’est fixé
policy-show-locked = verrouillé
policy-show-open = modifiable
policy-show-contrast = « { policy-interface-theme-contrast } » reste possible
policy-show-fallback = valeur erronée ou illisible, remplacée par la plus stricte
policy-show-unclear = valeur erronée ou illisible, qu’aucune autre ne remplace
