# The messages of a conversation, and writing one.
timeline-label = Messages de { $room }
timeline-loading = Chargement des messages…
timeline-loading-older = Chargement des messages plus anciens…
timeline-older-failed = Les messages plus anciens n’ont pas pu être chargés.
timeline-start = Début de la conversation
timeline-new = Nouveaux messages
timeline-jump = Aller aux derniers messages
timeline-jump-new = { $count ->
    [one] { $count } nouveau
   *[other] { $count } nouveaux
}
timeline-news = { $count ->
    [one] { $count } nouveau message
   *[other] { $count } nouveaux messages
}
timeline-you = Vous
timeline-edited = modifié
timeline-removed = Message supprimé
timeline-unsupported = Estafette ne sait pas encore afficher ce type de message.
timeline-undecryptable = Ce message ne peut pas être lu sur cet appareil
timeline-undecryptable-device-unconfirmed = Cet appareil n’est pas confirmé. Votre clé de récupération rendra ce message lisible.
timeline-undecryptable-before-joining = Il a été envoyé avant votre arrivée dans la conversation.
timeline-undecryptable-withheld = L’appareil de { $name } n’a pas partagé la clé de ce message avec le vôtre.
timeline-undecryptable-key-missing = Sa clé n’est pas arrivée. Le plus souvent, l’appareil de { $name } est éteint : le message s’ouvrira de lui-même dès que la clé arrivera.
timeline-warning-unencrypted = Envoyé sans chiffrement
timeline-warning-device-unconfirmed = Envoyé depuis un appareil non confirmé
timeline-warning-origin-unproved = L’origine de ce message ne peut pas être prouvée
timeline-warning-sender-changed = L’identité de { $name } a changé depuis votre vérification
timeline-everyone = @tous
timeline-image = Photo : { $name }
timeline-image-open = Agrandir la photo { $name }
timeline-image-close = Fermer la photo
timeline-image-missing = La photo n’a pas pu être chargée.
timeline-file = Fichier
timeline-code = Code
timeline-code-language = Code { $language }
timeline-spoiler = Afficher le texte masqué
timeline-spoiler-reason = Afficher le texte masqué : { $reason }
timeline-thread = { $count ->
    [one] { $count } réponse
   *[other] { $count } réponses
}
timeline-thread-latest = dernière à { $time }
timeline-thread-latest-day = dernière : { $time }
timeline-quote-jump = Aller au message cité de { $name }
timeline-quote-loading = Chargement du message cité…
timeline-quote-missing = Message cité indisponible
timeline-reaction = { $emoji }, { $count ->
    [one] { $count } personne : { $names }
   *[other] { $count } personnes : { $names }
}
timeline-reaction-others = { $count ->
    [one] { $count } autre
   *[other] { $count } autres
}
timeline-react = Réagir
timeline-reply = Répondre
timeline-actions = Actions
timeline-seen = Vu par { $count }
timeline-seen-by = Vu par { $names }
timeline-seen-direct = Vu
timeline-waiting = En attente d’envoi
timeline-retrying = Envoi échoué, nouvel essai au retour du réseau
timeline-sent = Envoyé
timeline-failed = Non envoyé
timeline-failed-alert = Un message n’a pas été envoyé.
timeline-resend = Renvoyer
timeline-discard = Supprimer
timeline-events = { $count ->
    [one] { $count } évènement
   *[other] { $count } évènements
}
timeline-event-created = { $actor } a créé la conversation
timeline-event-joined = { $actor } a rejoint la conversation
timeline-event-left = { $actor } a quitté la conversation
timeline-event-declined = { $actor } a refusé l’invitation
timeline-event-invited = { $actor } a invité { $subject }
timeline-event-removed = { $actor } a retiré { $subject }
timeline-event-banned = { $actor } a exclu { $subject }
timeline-event-profile = { $actor } a changé de nom ou de photo
timeline-event-named = { $actor } a nommé la conversation « { $name } »
timeline-event-topic = { $actor } a changé le sujet : { $topic }
timeline-event-topic-none = { $actor } a retiré le sujet
timeline-event-picture = { $actor } a changé l’image de la conversation
timeline-event-encrypted = { $actor } a activé le chiffrement de bout en bout
timeline-event-other = { $actor } a changé un réglage de la conversation
timeline-typing-one = { $name } écrit…
timeline-typing-two = { $first } et { $second } écrivent…
timeline-typing-many = { $count } personnes écrivent…
timeline-write = Message à { $name }
timeline-write-encrypted = Message chiffré à { $name }
timeline-write-offline = Écrivez, le message partira dès que possible
timeline-send = Envoyer
timeline-replying = Réponse à { $name }
timeline-replying-older = Réponse à un message plus ancien
timeline-reply-cancel = Annuler la réponse
timeline-attach = Ajouter des photos
timeline-drop = Déposez les photos ici
timeline-pictures = Photos à envoyer
timeline-pictures-wait = Les photos sont encore en préparation.
timeline-pictures-added = { $count ->
    [one] { $count } photo ajoutée
   *[other] { $count } photos ajoutées
}
timeline-picture-added = Photo ajoutée : { $name }
timeline-picture-removed = Photo retirée : { $name }
timeline-picture-remove = Retirer la photo { $name }
timeline-picture-preparing = Préparation…
timeline-picture-unfit = { $name } : { $reason }
timeline-caption = { $count ->
    [one] Ajoutez une légende à la photo
   *[other] Ajoutez une légende à la première photo
}
timeline-uploading = Envoi : { $percent } %
timeline-read-only = Vous pouvez lire cette conversation, mais pas y écrire.
