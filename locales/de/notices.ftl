# What the desktop shows of new messages.
notice-messages = { $count ->
    [1] Neue Nachricht
   *[other] { $count } neue Nachrichten
}
notice-in-room = { $sender } · { $room }
notice-mention = Erwähnung von { $sender } · { $room }
notice-picture = Bild
notice-file = Datei: { $name }
notice-invitation = Neue Einladung
