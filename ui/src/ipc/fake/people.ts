import type { Language, Person } from "../bindings";

function person(id: string, name: string, organisation: string | null, color: number, server: string): Person {
  return { userId: `@${id}:${server}`, name, organisation, avatar: null, color };
}

const FR = "grand-est.example";
const DE = "bw.example";

export const people = {
  camille: person("camille.lefevre", "Camille Lefèvre", "Préfecture du Bas-Rhin", 1, FR),
  sophie: person("sophie.marchand", "Sophie Marchand", "DDT du Bas-Rhin", 5, FR),
  nadia: person("nadia.benali", "Nadia Benali", "Cabinet du préfet", 3, FR),
  thomas: person("thomas.keller", "Thomas Keller", "Préfecture du Bas-Rhin", 6, FR),
  joerg: person("joerg.weissmueller", "Jörg Weißmüller", "Regierungspräsidium Freiburg", 0, DE),
  karin: person("karin.vogel", "Karin Vogel", "Regierungspräsidium Freiburg", 2, DE),
  lena: person("lena.hoffmann", "Lena Hoffmann", "Stadt Kehl", 2, DE),
  paul: person("paul.oster", "Me Paul Oster", null, 1, "avocats.example"),
} satisfies Record<string, Person>;

/** Who sits before the window: a French agent, or a German one. */
export function meOf(language: Language): Person {
  return language === "fr" ? people.camille : people.karin;
}
