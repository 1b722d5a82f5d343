import type { LatestMessage, Person, Preview, RoomDetails, RoomRow } from "../bindings";
import { people } from "./people";
import { at } from "./timelines";

export interface FakeRoom {
  row: RoomRow;
  details: RoomDetails;
}

const text = (words: string): Preview => ({ kind: "text", text: words });

function latest(timestamp: number, preview: Preview, more: Partial<LatestMessage> = {}): LatestMessage {
  return { timestamp, sender: null, own: false, preview, sending: null, ...more };
}

function room(
  id: string,
  name: string,
  color: number,
  more: Partial<RoomRow>,
  details: Partial<RoomDetails> = {},
): FakeRoom {
  const row: RoomRow = {
    id: `!${id}:grand-est.example`,
    name,
    direct: false,
    avatar: null,
    color,
    encrypted: true,
    unread: 0,
    mentions: 0,
    invited: false,
    latest: null,
    draft: null,
    ...more,
  };
  return {
    row,
    details: {
      id: row.id,
      name,
      topic: null,
      direct: row.direct,
      avatar: null,
      color,
      encrypted: row.encrypted,
      members: row.direct ? 2 : 14,
      servers: 2,
      invited: row.invited,
      canSend: true,
      typing: [],
      ...details,
    },
  };
}

export function fakeRooms(me: Person, more: number): FakeRoom[] {
  const companion = me === people.camille ? people.sophie : people.joerg;
  const rooms = [
    room(
      "bridge",
      "Passerelle des Deux Rives",
      7,
      {
        latest: latest(at(0, "10:24"), text(`@${me.name.split(" ")[0]} peux-tu préparer le communiqué…`), {
          sender: "Nadia",
        }),
      },
      { topic: "Ouverture le 14 décembre : travaux, sécurité, communication", members: 14, typing: ["Thomas Keller"] },
    ),
    room("flood", "Cellule de crise — crue du Rhin", 3, {
      unread: 4,
      mentions: 1,
      latest: latest(at(0, "10:21"), text("le point de 11 h est maintenu"), { sender: "Nadia" }),
    }),
    room("direct", companion.name, companion.color, {
      direct: true,
      latest: latest(at(0, "10:12"), text("Et je préviens Karin."), { own: true, sending: "failed" }),
    }),
    room("invited", "Commission franco-allemande de sécurité civile", 4, { invited: true }),
    room("lawyer", people.paul.name, 1, {
      direct: true,
      unread: 2,
      latest: latest(at(0, "09:58"), text("Je vous envoie la convention signée.")),
    }),
    room("duty", "SIDPC 67 — permanence", 0, {
      unread: 12,
      latest: latest(at(0, "09:40"), { kind: "file", name: "Planning_S48.ods" }, { sender: "Astreinte" }),
    }),
    room("lena", people.lena.name, 2, { direct: true, latest: latest(at(1, "17:20"), text("Bis Donnerstag! 👋")) }),
    room("car", "Préparation du CAR du 3 décembre", 6, {
      unread: 6,
      latest: latest(at(1, "16:02"), text("l’ordre du jour est prêt, relecture bienvenue"), { sender: "Thomas" }),
    }),
    room("services", "France services — Haguenau", 4, {
      latest: latest(at(2, "11:15"), { kind: "image" }, { sender: "Lucie" }),
    }),
    room(
      "forum",
      "Forum « Agents du Grand Est »",
      3,
      {
        encrypted: false,
        latest: latest(at(4, "14:00"), text("Guide du télétravail 2027 : vos retours"), { sender: "Marc" }),
      },
      { canSend: false, members: 1208, servers: 9, topic: "Lecture pour tous, écriture par la rédaction" },
    ),
    room("hr", "DRH — mobilités", 5, { latest: latest(at(9, "09:00"), { kind: "undecryptable" }, { sender: "DRH" }) }),
    room("budget", "Haushaltsplanung 2027", 6, { latest: latest(at(30, "15:00"), { kind: "removed" }) }),
  ];
  for (let index = 0; index < more; index += 1) {
    rooms.push(
      room(`more-${index}`, `Groupe de travail ${index + 1}`, index % 8, {
        latest: latest(at(31 + (index % 300), "12:00"), text("Compte rendu de la réunion"), { sender: "Thomas" }),
      }),
    );
  }
  return rooms;
}
