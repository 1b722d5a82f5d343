import type { Message, Person, RichNode, TimelineItem } from "../bindings";
import { people } from "./people";

const { camille, joerg, karin, lena, nadia, sophie, thomas } = people;

let counter = 0;

export function nextId(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** `days` ago at that time of day. */
export function at(days: number, time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const date = new Date();
  date.setDate(date.getDate() - days);
  date.setHours(hours, minutes, 0, 0);
  return date.getTime();
}

export const plain = (text: string): RichNode[] => [{ kind: "paragraph", children: [{ kind: "text", text }] }];

export function message(
  sender: Person,
  timestamp: number,
  body: string | Message["body"],
  more: Partial<Message> = {},
): TimelineItem {
  const id = nextId("item");
  const content: Message = {
    messageId: `$${id}`,
    sender,
    timestamp,
    own: false,
    body: typeof body === "string" ? { kind: "text", text: plain(body) } : body,
    mentionsMe: false,
    edited: false,
    replyTo: null,
    reactions: [],
    readBy: [],
    thread: null,
    sending: null,
    progress: null,
    warning: null,
    canReply: true,
    canReact: true,
    ...more,
  };
  return { id, content: { kind: "message", ...content } };
}

const event = (
  actor: Person,
  timestamp: number,
  change: Extract<TimelineItem["content"], { kind: "event" }>["change"],
) => ({
  id: nextId("item"),
  content: { kind: "event" as const, actor, timestamp, change },
});

export const day = (timestamp: number): TimelineItem => ({ id: nextId("day"), content: { kind: "day", timestamp } });
export const newLine = (): TimelineItem => ({ id: nextId("new"), content: { kind: "newMessages" } });
export const start = (): TimelineItem => ({ id: nextId("start"), content: { kind: "start" } });

/** The cross-border room of the mock-ups, with everything that a message can be. */
export function bridge(me: Person): TimelineItem[] {
  const photo = message(sophie, at(1, "16:48"), "Les garde-corps sont posés côté Kehl. Photo de ce matin :", {
    own: sophie === me,
  });
  const photoId = photo.content.kind === "message" ? photo.content.messageId : "";
  return [
    day(at(1, "09:00")),
    event(thomas, at(1, "09:02"), { kind: "invited", subject: "Lena Hoffmann" }),
    event(lena, at(1, "09:05"), { kind: "joined" }),
    event(thomas, at(1, "09:06"), { kind: "topicChanged", topic: "Ouverture de la passerelle" }),
    message(thomas, at(1, "15:30"), {
      kind: "text",
      text: [
        { kind: "heading", level: 3, children: [{ kind: "text", text: "Calendrier" }] },
        {
          kind: "paragraph",
          children: [
            { kind: "text", text: "Voici les étapes, à " },
            { kind: "styled", style: "bold", children: [{ kind: "text", text: "valider avant vendredi" }] },
            { kind: "text", text: " ; le détail est sur " },
            {
              kind: "link",
              url: "https://www.example.org/passerelle",
              children: [{ kind: "text", text: "la page du projet" }],
            },
            { kind: "text", text: "." },
          ],
        },
        {
          kind: "list",
          start: 1,
          items: [plain("Visite de sécurité"), plain("Abnahme durch das Regierungspräsidium"), plain("Ouverture")],
        },
        {
          kind: "table",
          heading: true,
          rows: [
            [plain("Date"), plain("Étape")],
            [plain("2 décembre"), plain("Réception des travaux")],
            [plain("14 décembre"), plain("Ouverture au public")],
          ],
        },
        { kind: "quote", children: plain("Die Reserve zur Beleuchtung wird am 2. Dezember aufgehoben.") },
        { kind: "codeBlock", language: "ini", text: "[passerelle]\nlongueur = 387 m\ncharge = 5 kN/m²" },
        { kind: "spoiler", reason: "budget", children: [{ kind: "text", text: "1,2 million d’euros" }] },
      ],
    }),
    photo,
    message(
      sophie,
      at(1, "16:49"),
      {
        kind: "image",
        media: "bridge",
        thumbnail: null,
        name: "passerelle-aube.jpg",
        caption: null,
        width: 1280,
        height: 600,
      },
      {
        own: sophie === me,
        reactions: [
          { key: "👍", count: 4, mine: true, names: [me.name, "Thomas Keller", "Karin Vogel"] },
          { key: "🎉", count: 2, mine: false, names: ["Lena Hoffmann", "Nadia Benali"] },
        ],
      },
    ),
    day(at(0, "08:00")),
    message(
      joerg,
      at(0, "09:42"),
      "Sehr schön! Die Prüfstatik ist freigegeben: Wir können die Eröffnung am 14. Dezember bestätigen.",
      {
        replyTo: {
          messageId: photoId,
          sender: sophie,
          preview: { kind: "text", text: "Les garde-corps sont posés côté Kehl. Photo de ce matin :" },
        },
      },
    ),
    message(
      joerg,
      at(0, "09:43"),
      {
        kind: "file",
        name: "Prüfbericht_Passerelle_2026-11-24.pdf",
        caption: null,
        size: 2_411_000,
        mediaType: "application/pdf",
      },
      { thread: { replies: 5, latestSender: sophie, latestTimestamp: at(0, "10:04") } },
    ),
    message(lena, at(0, "10:02"), { kind: "undecryptable", reason: "keyMissing" }),
    message(me, at(0, "10:10"), "Oui, je m’en charge. Premier jet dans ce salon à 14 h.", {
      own: true,
      edited: true,
      readBy: [thomas],
    }),
    newLine(),
    message(
      nadia,
      at(0, "10:24"),
      {
        kind: "text",
        text: [
          {
            kind: "paragraph",
            children: [
              { kind: "mention", userId: me.userId, name: me.name, me: true },
              { kind: "text", text: " peux-tu préparer le communiqué commun FR/DE pour 16 h ?" },
            ],
          },
        ],
      },
      { mentionsMe: true, readBy: [sophie, joerg, lena, thomas, me === karin ? camille : karin] },
    ),
  ];
}

/** A conversation of two, with each state of sending. */
export function direct(me: Person, other: Person): TimelineItem[] {
  const photo: Message["body"] = {
    kind: "image",
    media: "bridge",
    thumbnail: null,
    name: "passerelle.jpg",
    caption: null,
    width: 1280,
    height: 600,
  };
  return [
    start(),
    day(at(1, "08:00")),
    message(other, at(1, "16:48"), "Tu as vu la photo de la passerelle ? Les garde-corps sont posés."),
    message(other, at(1, "16:49"), photo),
    message(me, at(1, "16:52"), "Superbe ! Je la mets dans le communiqué.", { own: true }),
    day(at(0, "08:00")),
    message(other, at(0, "10:07"), "Jörg vient de confirmer : la statique est validée."),
    message(other, at(0, "10:08"), "On peut annoncer le 14 décembre. Tu fais passer au cabinet ?", {
      reactions: [{ key: "👍", count: 1, mine: true, names: [me.name] }],
    }),
    message(me, at(0, "10:12"), "Parfait, je transmets au cabinet.", { own: true, readBy: [other] }),
    message(me, at(0, "10:35"), "Je relance aussi la DDT pour les légendes des photos.", {
      own: true,
      sending: "waiting",
    }),
    message(me, at(0, "10:36"), "Et je préviens Karin.", { own: true, sending: "failed" }),
  ];
}

const LINES = [
  "Le point de 11 h est maintenu.",
  "Pegel Maxau: 6,42 m, steigend.",
  "Les équipes sont en place à Gambsheim, relève à 18 h. Le poste de commandement reste ouvert toute la nuit, et la salle de Strasbourg prend le relais à partir de minuit.",
  "Danke, ich gebe es gleich weiter.",
  "Bien reçu.",
  "Die Sperrung der B 36 bleibt bis morgen früh bestehen; die Umleitung ist ausgeschildert.",
];

/** `count` lines of talk that end at `end`. */
export function talk(count: number, end: number): TimelineItem[] {
  const speakers = [nadia, karin, thomas, lena];
  return Array.from({ length: count }, (_, index) => {
    const speaker = speakers[Math.floor(index / 2) % speakers.length] ?? nadia;
    return message(speaker, end - (count - index) * 90_000, `${LINES[index % LINES.length]}`);
  });
}
