//! How a notice is worded, in the user's language and as detailed as they want it.

use crate::{
    i18n::{self, Language},
    rooms::dto::RoomRow,
    settings::NotificationContent,
    timeline::dto::Preview,
};

use super::Notice;

/// What was said, for a notice.
pub(super) struct Said {
    pub(super) sender: String,
    pub(super) preview: Preview,
    pub(super) messages: u32,
    pub(super) mention: bool,
}

pub(super) fn notice(row: &RoomRow, said: &Said, language: Language, level: NotificationContent) -> Notice {
    let words = |id: &str, args: &[(&str, &str)]| words(language, id, args);
    let count = said.messages.to_string();
    let several = words("notice-messages", &[("count", &count)]);
    let (title, body) = match level {
        NotificationContent::Nothing => ("Estafette".to_owned(), several),
        NotificationContent::Sender | NotificationContent::Full => {
            let title = match (said.mention, row.direct) {
                (true, _) => words("notice-mention", &[("sender", &said.sender), ("room", &row.name)]),
                (false, true) => said.sender.clone(),
                (false, false) => words("notice-in-room", &[("sender", &said.sender), ("room", &row.name)]),
            };
            let body = match (level, &said.preview) {
                (NotificationContent::Full, Preview::Text { text }) => text.clone(),
                (NotificationContent::Full, Preview::Image) => words("notice-picture", &[]),
                (NotificationContent::Full, Preview::File { name }) => words("notice-file", &[("name", name)]),
                _ => several,
            };
            (title, body)
        }
    };
    Notice { room_id: row.id.clone(), title, body, mention: said.mention }
}

pub(super) fn invitation(row: &RoomRow, language: Language, level: NotificationContent) -> Notice {
    let body = words(language, "notice-invitation", &[]);
    let title = match level {
        NotificationContent::Nothing => "Estafette".to_owned(),
        NotificationContent::Sender | NotificationContent::Full => row.name.clone(),
    };
    Notice { room_id: row.id.clone(), title, body, mention: false }
}

fn words(language: Language, id: &str, args: &[(&str, &str)]) -> String {
    let args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    i18n::text(language, id, &args)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(direct: bool) -> RoomRow {
        RoomRow {
            id: "!a:b.fr".to_owned(),
            name: "Cellule de crise".to_owned(),
            direct,
            avatar: None,
            color: 0,
            encrypted: true,
            unread: 1,
            mentions: 0,
            invited: false,
            draft: None,
            latest: None,
        }
    }

    fn said(preview: Preview, messages: u32, mention: bool) -> Said {
        Said { sender: "Nadia Benali".to_owned(), preview, messages, mention }
    }

    fn text() -> Preview {
        Preview::Text { text: "Point à 11 h".to_owned() }
    }

    #[test]
    fn each_level_tells_so_much_and_no_more() {
        let lines = |said: &Said, direct, level| {
            let notice = notice(&row(direct), said, Language::Fr, level);
            (notice.title, notice.body)
        };
        let one = said(text(), 1, false);
        let full = lines(&one, false, NotificationContent::Full);
        assert_eq!(full, ("Nadia Benali · Cellule de crise".to_owned(), "Point à 11 h".to_owned()));
        let sender = lines(&one, true, NotificationContent::Sender);
        assert_eq!(sender, ("Nadia Benali".to_owned(), "Nouveau message".to_owned()));
        let nothing = lines(&said(text(), 3, true), false, NotificationContent::Nothing);
        assert_eq!(nothing, ("Estafette".to_owned(), "3 nouveaux messages".to_owned()));
        let mention = lines(&said(text(), 1, true), false, NotificationContent::Sender);
        assert!(mention.0.starts_with("Mention") && !mention.1.contains("11"));
        let locked = lines(&said(Preview::Undecryptable, 1, false), false, NotificationContent::Full);
        assert_eq!(locked.1, "Nouveau message");
    }

    #[test]
    fn german_is_german() {
        let notice = notice(&row(false), &said(Preview::Image, 1, true), Language::De, NotificationContent::Full);
        assert_eq!(
            (notice.title.as_str(), notice.body.as_str()),
            ("Erwähnung von Nadia Benali · Cellule de crise", "Bild")
        );
        let invited = invitation(&row(false), Language::De, NotificationContent::Nothing);
        assert_eq!((invited.title.as_str(), invited.body.as_str()), ("Estafette", "Neue Einladung"));
    }
}
