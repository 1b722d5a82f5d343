# What the desktop shows of new messages.
notice-messages = { $count ->
    [1] Nouveau message
   *[other] { $count } nouveaux messages
}
notice-in-room = { $sender } · { $room }
notice-mention = Mention de { $sender } · { $room }
notice-picture = Image
notice-file = Fichier : { $name }
notice-invitation = Nouvelle invitation
