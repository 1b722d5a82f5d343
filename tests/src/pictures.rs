//! Pictures as others make them.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};

/// Makes a photograph as a telephone writes one: with where and when it was taken, by what, and a small version of
/// itself. Made by ImageMagick and exiftool: what is tested has no part in it.
pub fn photograph(file: &Path) -> Result<()> {
    let small = file.with_extension("small.jpg");
    draw(file, "1600x1200")?;
    draw(&small, "160x120")?;
    let written = Command::new("exiftool")
        .args([
            "-overwrite_original",
            "-Make=Markttag",
            "-Model=M 11",
            "-GPSLatitude=48.5734",
            "-GPSLatitudeRef=N",
            "-GPSLongitude=7.7521",
            "-GPSLongitudeRef=E",
            "-UserComment=Pont de Kehl",
            "-Comment=Pont de Kehl",
            "-Copyright=Nadia",
            "-XMP:Creator=Nadia",
            "-IPTC:City=Strasbourg",
        ])
        .arg(format!("-ThumbnailImage<={}", small.display()))
        .arg(file)
        .output()
        .context("exiftool")?;
    ensure!(written.status.success(), "exiftool: {}", String::from_utf8_lossy(&written.stderr));
    std::fs::remove_file(small)?;
    Ok(())
}

/// Makes a small picture, as that of an organisation is.
pub fn logo(file: &Path) -> Result<()> {
    draw(file, "240x160")
}

/// What a third party reads in a file besides the picture itself.
pub fn about(file: &Path) -> Result<String> {
    let read = Command::new("exiftool").args(["-a", "-G1", "-s"]).arg(file).output().context("exiftool")?;
    Ok(String::from_utf8_lossy(&read.stdout).into_owned())
}

/// That nothing of what `photograph` writes is left in a file.
pub fn ensure_bare(file: &Path) -> Result<()> {
    let about = about(file)?;
    for tag in ["GPS", "Make", "Model", "Comment", "XMP", "Copyright", "Thumbnail", "IPTC"] {
        ensure!(!about.contains(tag), "{tag} in {about}");
    }
    ensure!(about.contains("ImageWidth"), "no picture: {about}");
    Ok(())
}

fn draw(file: &Path, size: &str) -> Result<()> {
    let drawn = Command::new("convert")
        .args(["-size", size, "plasma:steelblue-khaki"])
        .arg(file)
        .output()
        .context("convert")?;
    ensure!(drawn.status.success(), "convert: {}", String::from_utf8_lossy(&drawn.stderr));
    Ok(())
}
