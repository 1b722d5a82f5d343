# The window itself.
app-rail = Navigation
app-messages = Messages
app-sheet = Conversation
app-unread-rooms = { $count ->
    [one] { $count } conversation non lue
   *[other] { $count } conversations non lues
}
app-cancel = Annuler
app-close = Fermer
app-back = Retour aux conversations
app-retry = Réessayer
app-welcome = Bienvenue, { $name }
app-choose = Choisissez une conversation pour la lire.
app-nothing-yet = Vos conversations apparaîtront ici dès la première invitation.
app-tip = Astuce : { $keys } passe d’une conversation à l’autre sans la souris.
app-field-empty = Ce champ est à remplir.
