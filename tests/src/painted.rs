//! Whether a text is really painted: read from the screenshot by machine, not from the document.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;

use crate::window::Window;

/// Letters that a reading machine does not mistake for one another, as c and e, nor two of them for a third, as r and n
/// for m.
const CLEAR: &[u8] = b"aehkmpstux";

/// A fresh text of three words, which nobody has written before.
pub fn fresh_text() -> Result<String> {
    let mut bytes = [0_u8; 15];
    getrandom::fill(&mut bytes)?;
    let words: Vec<String> = bytes
        .chunks(5)
        .map(|word| word.iter().map(|byte| char::from(CLEAR[usize::from(*byte) % CLEAR.len()])).collect())
        .collect();
    Ok(words.join(" "))
}

/// What a machine reads in the picture of an element.
pub async fn read(window: &Window, element: &Element) -> Result<String> {
    read_picture(&window.picture_of(element).await?)
}

/// What a machine reads in a PNG.
pub fn read_picture(picture: &[u8]) -> Result<String> {
    // Larger, grey, dark on light: what Tesseract was made for.
    let large = pipe(
        Command::new("convert").args(["png:-", "-resize", "300%", "-colorspace", "Gray", "-normalize", "png:-"]),
        picture,
    )?;
    let text = pipe(Command::new("tesseract").args(["stdin", "stdout", "--psm", "6"]), &large)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Whether a picture shows a text, give or take one letter that is wrong, missing or too much: reading machines err.
#[must_use]
pub fn shows(read: &str, text: &str) -> bool {
    let bare =
        |text: &str| -> Vec<char> { text.to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric()).collect() };
    let (read, text) = (bare(read), bare(text));
    // How far the text so far is from what ends at each place of what was read; it may begin anywhere.
    let mut distances = vec![0_usize; read.len() + 1];
    for (row, letter) in text.iter().enumerate() {
        let mut diagonal = distances[0];
        distances[0] = row + 1;
        for (column, other) in read.iter().enumerate() {
            let exchanged = diagonal + usize::from(letter != other);
            diagonal = distances[column + 1];
            distances[column + 1] = exchanged.min(diagonal + 1).min(distances[column] + 1);
        }
    }
    distances.into_iter().min().is_some_and(|least| least <= 1)
}

/// What a program makes of an input.
pub(crate) fn pipe(command: &mut Command, input: &[u8]) -> Result<Vec<u8>> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{} does not start", command.get_program().display()))?;
    let mut stdin = child.stdin.take().context("no input")?;
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output()?;
    if !output.status.success() || writer.join().is_err() {
        bail!("{} failed", command.get_program().display());
    }
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_letter_is_forgiven_and_no_more() {
        assert!(shows("12:30 Camille\nhaken pruve cxmta\n", "haken pruve cxmta"));
        assert!(shows("hakem pruve cxmta", "haken pruve cxmta"));
        assert!(shows("Jonas hakn pruve cxmta", "haken pruve cxmta"));
        assert!(shows("hakenn pruve cxmta 12", "haken pruve cxmta"));
        assert!(!shows("hakem prvve cxmta", "haken pruve cxmta"));
        assert!(!shows("ken pruve cxmta", "haken pruve cxmta"));
        assert!(!shows("", "haken pruve cxmta"));
    }

    #[test]
    fn two_texts_are_never_the_same() -> Result<()> {
        assert_ne!(fresh_text()?, fresh_text()?);
        Ok(())
    }
}
