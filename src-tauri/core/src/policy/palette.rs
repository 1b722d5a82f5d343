//! An organisation's colour as the interface can use it: each text on it and of it can be read.

use serde::Serialize;

use super::value::Colour;

/// The contrast that text needs (WCAG 2.2, 1.4.3), with a little more for rounding.
const READABLE: f64 = 4.6;

/// By how much a colour is moved towards black or white at a time.
const STEP: f64 = 0.02;

/// How much of the colour is in the ground of what is chosen: what is usually written on it stays readable.
const SOFT: f64 = 0.1;

const WHITE: Colour = Colour { red: 0xff, green: 0xff, blue: 0xff };
const BLACK: Colour = Colour { red: 0, green: 0, blue: 0 };

/// An interface on which the colour stands, as in `ui/src/design/theme/tokens.css`: a test compares them.
struct Ground {
    /// Of the surfaces that links and chosen things stand on, the one with the least contrast.
    hardest: Colour,
    /// The usual one.
    surface: Colour,
    /// Where more contrast lies.
    further: Colour,
    /// The text on what is pressed.
    on: Colour,
}

const LIGHT: Ground =
    Ground { hardest: Colour { red: 0xe7, green: 0xeb, blue: 0xf0 }, surface: WHITE, further: BLACK, on: WHITE };

const DARK: Ground = Ground {
    hardest: Colour { red: 0x21, green: 0x3c, blue: 0x55 },
    surface: Colour { red: 0x10, green: 0x18, blue: 0x21 },
    further: WHITE,
    on: Colour { red: 0x09, green: 0x10, blue: 0x17 },
};

/// The colours that follow from one, as `#rrggbb`; named as in the page's tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Palette {
    /// What is pressed.
    pub accent: String,
    /// Under the pointer.
    pub accent_hover: String,
    /// While it is pressed.
    pub accent_pressed: String,
    /// Links.
    pub accent_text: String,
    /// What is chosen.
    pub accent_soft: String,
    /// Text on it.
    pub accent_soft_text: String,
    /// Text on what is pressed.
    pub text_on_accent: String,
}

impl Palette {
    /// For the light interface.
    #[must_use]
    pub fn light(colour: Colour) -> Self {
        Self::made(colour, &LIGHT)
    }

    /// For the dark interface.
    #[must_use]
    pub fn dark(colour: Colour) -> Self {
        Self::made(colour, &DARK)
    }

    fn made(colour: Colour, ground: &Ground) -> Self {
        let further = ground.further;
        let soft = |accent| mixed(ground.surface, accent, SOFT);
        // Links stand on what is chosen as well.
        let accent = moved_until(colour, further, |accent| {
            [ground.hardest, ground.surface, ground.on, soft(accent)].iter().all(|&on| is_readable(accent, on))
        });
        let soft = soft(accent);
        Self {
            accent: text(accent),
            accent_hover: text(mixed(accent, further, 0.2)),
            accent_pressed: text(mixed(accent, further, 0.4)),
            accent_text: text(accent),
            accent_soft: text(soft),
            accent_soft_text: text(mixed(accent, further, 0.2)),
            text_on_accent: text(ground.on),
        }
    }
}

fn text(Colour { red, green, blue }: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The colour, moved in small steps until it fits; at the end of the way it does.
fn moved_until(from: Colour, towards: Colour, fits: impl Fn(Colour) -> bool) -> Colour {
    let mut part = 0.0;
    while part < 1.0 {
        let colour = mixed(from, towards, part);
        if fits(colour) {
            return colour;
        }
        part += STEP;
    }
    towards
}

/// So much of the way from one to the other.
fn mixed(from: Colour, towards: Colour, part: f64) -> Colour {
    let channel = |from: u8, towards: u8| {
        let value = f64::from(from) + (f64::from(towards) - f64::from(from)) * part;
        // Between two bytes.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let byte = value.round().clamp(0.0, 255.0) as u8;
        byte
    };
    Colour {
        red: channel(from.red, towards.red),
        green: channel(from.green, towards.green),
        blue: channel(from.blue, towards.blue),
    }
}

fn is_readable(text: Colour, on: Colour) -> bool {
    contrast(text, on) >= READABLE
}

/// The contrast of two colours (WCAG 2.2, "contrast ratio"), from 1 to 21.
fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// How bright a colour is (WCAG 2.2, "relative luminance"), from 0 to 1.
fn luminance(Colour { red, green, blue }: Colour) -> f64 {
    let linear = |channel: u8| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::policy::PolicyValue as _;

    fn colour(text: &str) -> Colour {
        Colour::read(&json!(text)).unwrap()
    }

    #[test]
    fn contrast_is_what_the_guidelines_say() {
        assert!((contrast(BLACK, WHITE) - 21.0).abs() < 0.001);
        // An example of the guidelines' own understanding documents.
        assert!((contrast(colour("#767676"), WHITE) - 4.54).abs() < 0.01);
    }

    /// The colours of a theme, by the names of the page's tokens.
    fn tokens(theme: &str) -> BTreeMap<String, Colour> {
        let css = include_str!("../../../../ui/src/design/theme/tokens.css");
        let block = css.split_once(&format!("[data-theme=\"{theme}\"] {{")).unwrap().1.split_once('}').unwrap().0;
        let token = |line: &str| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": ")?;
            let value = value.strip_suffix(';').filter(|value| value.len() == 7)?;
            Some((name.to_owned(), Colour::read(&json!(value)).ok()?))
        };
        block.lines().filter_map(token).collect()
    }

    /// What text in the accent stands on, besides what is made of the accent itself.
    const SURFACES: [&str; 13] = [
        "frame",
        "frame-hover",
        "row-selected",
        "surface",
        "surface-sunken",
        "surface-raised",
        "surface-hover",
        "surface-selected",
        "titlebar",
        "own-bubble",
        "in-bubble",
        "mention-soft",
        "danger-soft",
    ];

    /// Where the design's tokens promise that text can be read, with those of a palette in their place.
    fn can_be_read(given: Colour, theme: &str, palette: &Palette) {
        let mut tokens = tokens(theme);
        for (name, value) in [
            ("accent", &palette.accent),
            ("accent-hover", &palette.accent_hover),
            ("accent-pressed", &palette.accent_pressed),
            ("accent-text", &palette.accent_text),
            ("accent-soft", &palette.accent_soft),
            ("accent-soft-text", &palette.accent_soft_text),
            ("text-on-accent", &palette.text_on_accent),
        ] {
            assert!(tokens.insert(name.to_owned(), colour(value)).is_some(), "no token {name}");
        }
        let pressed = ["accent", "accent-hover", "accent-pressed", "danger", "danger-hover"];
        let on_soft = ["accent-soft-text", "accent-text", "text", "text-2", "text-3"];
        let pairs = (pressed.iter().map(|&ground| ("text-on-accent", ground)))
            .chain(on_soft.iter().map(|&text| (text, "accent-soft")))
            .chain(SURFACES.iter().map(|&ground| ("accent-text", ground)));
        for (text, ground) in pairs {
            let contrast = contrast(tokens[text], tokens[ground]);
            assert!(contrast >= 4.5, "{given:?}, {theme}: {text} on {ground} has {contrast}: {palette:?}");
        }
    }

    #[test]
    fn whatever_the_colour_everything_can_be_read() {
        let every = |step: usize| (0..=255_u8).step_by(step);
        let grid = every(15)
            .flat_map(|red| every(15).flat_map(move |green| every(15).map(move |blue| Colour { red, green, blue })));
        let administrations = ["#000091", "#e1000f", "#ffcc00", "#dd0000", "#004b76", "#c8102e", "#808080"];
        for given in administrations.iter().map(|text| colour(text)).chain(grid) {
            can_be_read(given, "light", &Palette::light(given));
            can_be_read(given, "dark", &Palette::dark(given));
        }
    }

    #[test]
    fn the_ground_is_that_of_the_page() {
        for (theme, ground) in [("light", LIGHT), ("dark", DARK)] {
            let tokens = tokens(theme);
            assert_eq!(tokens["surface"], ground.surface, "{theme}");
            assert_eq!(tokens["text-on-accent"], ground.on, "{theme}");
            let hardest = SURFACES.iter().map(|name| tokens[*name]);
            let hardest = hardest
                .min_by(|one, other| contrast(*one, ground.further).total_cmp(&contrast(*other, ground.further)));
            assert_eq!(hardest, Some(ground.hardest), "{theme}");
        }
    }

    /// What stands in the fake that the page is developed and tested with.
    #[test]
    fn the_page_is_tried_with_the_colours_that_are_made() {
        let fake = include_str!("../../../../ui/src/ipc/fake/brand.ts");
        let ministry = fake.split_once("export const ministry").unwrap().1;
        for (theme, made) in [("light", Palette::light(colour("#000091"))), ("dark", Palette::dark(colour("#000091")))]
        {
            let block = ministry.split_once(&format!("{theme}: {{")).unwrap().1.split_once('}').unwrap().0;
            let colour = |line: &str| {
                let (name, value) = line.trim().split_once(": ")?;
                Some((name.to_owned(), value.trim_matches(['"', ',']).into()))
            };
            let written = block.lines().filter_map(colour).collect();
            assert_eq!(serde_json::Value::Object(written), serde_json::to_value(&made).unwrap(), "{theme}");
        }
    }

    #[test]
    fn a_colour_that_can_be_read_already_stays() {
        assert_eq!(Palette::light(colour("#000091")).accent, "#000091");
        assert_eq!(Palette::dark(colour("#9fd0ff")).accent, "#9fd0ff");
    }
}
