# What the user may choose.
settings-title = Réglages
settings-title-key = Réglages (Ctrl+,)
settings-back = Retour aux réglages
settings-pages = Pages des réglages
settings-search = Rechercher un réglage
settings-search-clear = Effacer la recherche
settings-results = { $count ->
    [0] Aucun réglage trouvé
    [one] { $count } réglage trouvé
   *[other] { $count } réglages trouvés
}
settings-results-label = Réglages trouvés
settings-results-none = Aucun réglage ne correspond à « { $query } ».
settings-version = Estafette { $version } · Logiciel libre
settings-reading = Lecture
settings-operating = Souris et clavier

settings-account = Compte
settings-photo = Photo
settings-photo-text = Les personnes avec qui vous échangez la voient à côté de votre nom.
settings-photo-keywords = avatar image portrait profil
settings-photo-choose = Choisir une photo…
settings-photo-remove = Supprimer la photo
settings-photo-changed = Photo changée.
settings-photo-removed = Photo supprimée.
settings-name = Nom affiché
settings-name-text = Le nom que les autres voient, sans votre organisation.
settings-name-keywords = prénom pseudonyme profil renommer identité
settings-name-save = Enregistrer
settings-name-saved = Nom enregistré.
settings-identifier = Identifiant
settings-identifier-text = L’adresse à donner aux personnes qui veulent vous écrire.
settings-identifier-keywords = matrix id adresse compte serveur

settings-notifications = Notifications
settings-content = Contenu des notifications
settings-content-text = Ce qu’une notification montre d’un nouveau message.
settings-content-keywords = alerte aperçu confidentialité expéditeur écran verrouillé bulle
settings-content-full = Expéditeur et message
settings-content-sender = Expéditeur seulement
settings-content-nothing = Ni l’un ni l’autre
settings-close-to-tray = Rester en arrière-plan
settings-close-to-tray-text = Quand vous fermez la fenêtre, Estafette reste dans la zone de notification et vous prévient des nouveaux messages.
settings-close-to-tray-keywords = fermer fenêtre quitter icône barre des tâches systray réduire

settings-appearance = Apparence
settings-theme = Couleurs
settings-theme-text = Les couleurs de toute la fenêtre.
settings-theme-keywords = thème clair sombre nuit contraste mode
settings-theme-system = Comme le système
settings-theme-light = Claires
settings-theme-dark = Sombres
settings-theme-contrast = Contraste élevé
settings-text-size = Taille du texte
settings-text-size-text = Agrandit toute la fenêtre, sans toucher aux autres logiciels.
settings-text-size-keywords = police caractères lettres zoom agrandir grossir loupe vue
settings-density = Densité
settings-density-text = La place laissée autour des conversations et des messages.
settings-density-keywords = compact serré espacé confortable lignes interligne
settings-density-comfortable = Confortable
settings-density-compact = Compacte

settings-accessibility = Accessibilité
settings-motion = Réduire les animations
settings-motion-text = Arrête tout ce qui bouge ; sinon, Estafette suit le réglage du système.
settings-motion-keywords = mouvement transition vertige épilepsie animation
settings-announcements = Lecture des nouveaux messages
settings-announcements-text = Ce que le lecteur d’écran annonce dans la conversation ouverte.
settings-announcements-keywords = annonce vocale voix lecteur d’écran nvda orca mention
settings-announcements-all = Tous les messages
settings-announcements-mentions = Les mentions seulement
settings-announcements-none = Aucun
settings-large-targets = Grandes zones de clic
settings-large-targets-text = Tous les boutons font au moins 44 pixels.
settings-large-targets-keywords = cible bouton tactile souris tremblement motricité
settings-single-keys = Raccourcis d’une seule touche
settings-single-keys-text = Sur un message, R répond et + réagit.
settings-single-keys-keywords = clavier touche lettre répondre réagir dictée vocale

settings-languages = Langue
settings-language = Langue d’Estafette
settings-language-text = Les messages restent dans la langue où ils ont été écrits.
settings-language-keywords = français allemand deutsch sprache interface traduction

settings-privacy = Confidentialité
settings-receipts = Accusés de lecture
settings-receipts-text = Les autres voient jusqu’où vous avez lu.
settings-receipts-keywords = vu lu confirmation coche
settings-typing = Indicateur de saisie
settings-typing-text = Les autres voient que vous êtes en train d’écrire.
settings-typing-keywords = écrit frappe saisie

settings-storage = Stockage
settings-sizes = Place occupée
settings-sizes-text = Ce qu’Estafette garde sur cet ordinateur.
settings-sizes-keywords = espace disque taille mémoire mégaoctets gigaoctets
settings-sizes-measuring = Calcul en cours…
settings-sizes-messages = Messages
settings-sizes-pictures = Photos
settings-sizes-window = Affichage
settings-sizes-other = Autres données
settings-clear = Libérer de la place
settings-clear-text = Retire de cet ordinateur les photos et les messages que le serveur garde.
settings-clear-keywords = cache vider effacer nettoyer supprimer espace disque
settings-clear-button = Libérer de la place
settings-clear-title = Libérer de la place ?
settings-clear-kept = Rien n’est perdu : les photos et les messages se chargent à nouveau quand vous ouvrez une conversation.
settings-clear-offline = Sans réseau, ils ne seront pas lisibles d’ici là.
settings-clear-done = La place est libérée.

settings-about = À propos
settings-versions = Versions
settings-versions-text = Pour votre service informatique.
settings-versions-keywords = numéro système mise à jour assistance webkit webview2
settings-versions-sdk = Bibliothèque Matrix
settings-versions-webview = Moteur d’affichage
settings-versions-system = Système
settings-licence = Licence
settings-licence-text = Estafette est un logiciel libre, sous la licence publique de l’Union européenne, version 1.2.
settings-licence-keywords = eupl logiciel libre code source droit
settings-components = Composants
settings-components-text = Les logiciels libres dont Estafette est faite, et leurs licences.
settings-components-keywords = tiers bibliothèques dépendances licence open source mit apache
settings-components-show = Afficher la liste
settings-components-hide = Masquer la liste
settings-components-search = Rechercher un composant
settings-components-count = { $count ->
    [0] Aucun composant
    [one] { $count } composant
   *[other] { $count } composants
}
