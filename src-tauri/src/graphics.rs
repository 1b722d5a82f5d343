//! How the web view draws. Where no graphics card draws for it, WebKit lets the processor play one: each frame is
//! painted, put together and read back through an OpenGL made of plain instructions, which takes longer and needs more
//! memory than painting at once. Thin clients and virtual desktops have no card.

use std::{env, fs, path::Path};

use webkit2gtk::glib;

/// WebKit paints without OpenGL where this says so.
const WITHOUT_OPENGL: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";
/// Where the kernel shows what can draw, as `renderD128`.
const CARDS: &str = "/dev/dri";

/// Has WebKit paint by itself where nothing else would; what was chosen from outside stays. Must be called before the
/// first thread starts: the environment is everybody's.
pub(crate) fn choose() {
    if env::var_os(WITHOUT_OPENGL).is_none() && !has_card(Path::new(CARDS)) {
        // Without the variable it is slower, not wrong.
        let _ = glib::setenv(WITHOUT_OPENGL, "1", false);
    }
}

fn has_card(cards: &Path) -> bool {
    let renders = |entry: fs::DirEntry| entry.file_name().as_encoded_bytes().starts_with(b"renderD");
    fs::read_dir(cards).is_ok_and(|entries| entries.flatten().any(renders))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_what_can_draw() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!has_card(&folder.path().join("none")));
        // A screen alone, as a virtual machine's, draws nothing.
        fs::write(folder.path().join("card0"), "").unwrap();
        assert!(!has_card(folder.path()));
        fs::write(folder.path().join("renderD128"), "").unwrap();
        assert!(has_card(folder.path()));
    }
}
