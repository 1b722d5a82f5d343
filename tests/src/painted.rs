//! Whether a text is really painted: read from the screenshot by machine, not from the document.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;

use crate::window::Window;

/// Letters that a reading machine does not mistake for one another.
const CLEAR: &[u8] = b"acehkmnprstuvx";

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

/// Whether a picture shows a text, give or take one letter: reading machines err.
#[must_use]
pub fn shows(read: &str, text: &str) -> bool {
    let bare =
        |text: &str| -> Vec<char> { text.to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric()).collect() };
    let (read, text) = (bare(read), bare(text));
    read.windows(text.len()).any(|window| window.iter().zip(&text).filter(|(a, b)| a != b).count() <= 1)
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
        assert!(!shows("hakem prvve cxmta", "haken pruve cxmta"));
        assert!(!shows("", "haken pruve cxmta"));
    }

    #[test]
    fn two_texts_are_never_the_same() -> Result<()> {
        assert_ne!(fresh_text()?, fresh_text()?);
        Ok(())
    }
}
