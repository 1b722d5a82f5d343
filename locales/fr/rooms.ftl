# The list of conversations and the head of one.
rooms-list = Conversations
rooms-loading = Chargement des conversations…
rooms-none = Aucune conversation
rooms-none-text = Vos conversations apparaîtront ici.
rooms-unread = { $count ->
    [one] { $count } non lu
   *[other] { $count } non lus
}
rooms-mentions = { $count ->
    [one] { $count } mention
   *[other] { $count } mentions
}
rooms-invitation = Invitation
rooms-line = { $sender } : { $text }
rooms-draft = Brouillon :
rooms-waiting = En attente :
rooms-failed = Non envoyé :
rooms-encrypted = Chiffré de bout en bout
rooms-unencrypted = Non chiffré
rooms-members = { $count ->
    [one] { $count } membre
   *[other] { $count } membres
}
rooms-servers = { $count ->
    [one] { $count } serveur
   *[other] { $count } serveurs
}
rooms-invited = Une invitation vous attend
rooms-invited-room = Acceptez-la pour lire le salon « { $name } » et y écrire.
rooms-invited-direct = { $name } souhaite échanger avec vous.
rooms-accept = Accepter
rooms-decline = Refuser

# A message in one line.
preview-image = Photo
preview-removed = Message supprimé
preview-undecryptable = Message chiffré, illisible pour l’instant
preview-other = Nouveau message
