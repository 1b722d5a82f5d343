//! What people at the bench say, in both languages: the same for the same seed.

use fastrand::Rng;

/// The language of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    French,
    German,
}

const PLACES: &[&str] = &[
    "Strasbourg",
    "Freiburg",
    "Colmar",
    "Kehl",
    "Mulhouse",
    "Offenburg",
    "Metz",
    "Saarbrücken",
    "Nancy",
    "Trier",
    "Lyon",
    "Stuttgart",
    "Lille",
    "Mainz",
    "Rennes",
    "Karlsruhe",
    "Besançon",
    "Lörrach",
    "Épinal",
    "Tübingen",
];
const FRENCH_ROOMS: &[&str] = &[
    "Accueil des usagers",
    "Budget",
    "Préfecture",
    "Passerelle",
    "Marchés publics",
    "Transports",
    "État civil",
    "Ressources humaines",
    "Cellule de crise",
    "Écoles",
    "Urbanisme",
    "Logement",
];
const GERMAN_ROOMS: &[&str] = &[
    "Bürgerbüro",
    "Haushalt",
    "Regierungspräsidium",
    "Brücke",
    "Vergabe",
    "Verkehr",
    "Standesamt",
    "Personal",
    "Krisenstab",
    "Schulen",
    "Bauamt",
    "Wohnen",
];
const FRENCH: [&[&str]; 4] = [
    &["Le service", "La préfecture", "Notre équipe", "Le bureau de Colmar", "Madame Lefèvre", "Le comité", "L’agence"],
    &["a relu", "attend encore", "transmet aujourd’hui", "propose de revoir", "confirme", "a reçu", "prépare"],
    &["le compte rendu", "la note de synthèse", "le dossier des travaux", "les horaires d’été", "le budget révisé"],
    &["pour jeudi.", "avant la réunion de onze heures.", "avec les collègues de Freiburg.", "— merci à tous !", "."],
];
const GERMAN: [&[&str]; 4] = [
    &["Das Referat", "Die Gemeinde", "Unser Team", "Das Büro in Kehl", "Herr Weber", "Der Ausschuss", "Die Stelle"],
    &["hat geprüft:", "wartet noch auf", "schickt heute", "überarbeitet", "bestätigt", "bekam", "bereitet vor:"],
    &["das Protokoll", "den Vermerk", "die Unterlagen zum Umbau", "die Öffnungszeiten", "den Haushaltsplan"],
    &["bis Donnerstag.", "vor der Sitzung um elf.", "mit den Kolleginnen aus Straßburg.", "– danke an alle!", "."],
];

/// One of these.
fn one<'a>(random: &mut Rng, of: &[&'a str]) -> &'a str {
    of.get(random.usize(..of.len().max(1))).copied().unwrap_or_default()
}

/// The name of a room.
pub(crate) fn room(random: &mut Rng, tongue: Tongue, number: usize) -> String {
    let names = if tongue == Tongue::French { FRENCH_ROOMS } else { GERMAN_ROOMS };
    format!("{} {} {number}", one(random, names), one(random, PLACES))
}

/// What somebody says: one sentence, sometimes several.
pub(crate) fn message(random: &mut Rng, tongue: Tongue) -> String {
    let parts = if tongue == Tongue::French { &FRENCH } else { &GERMAN };
    let sentences = if random.u8(..5) == 0 { random.usize(2..6) } else { 1 };
    let sentence = |random: &mut Rng| parts.map(|part| one(random, part)).join(" ").replace(" .", ".");
    (0..sentences).map(|_| sentence(random)).collect::<Vec<_>>().join(" ")
}
