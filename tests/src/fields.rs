//! Where one types, and the way to the password.

use anyhow::Result;
use fantoccini::key::Key;

use crate::window::Window;

/// The field for the address.
pub const ADDRESS: &str = "form input[inputmode=email]";
/// The field for the password.
pub const PASSWORD: &str = "form input[autocomplete=current-password]";
/// Where one writes.
pub const COMPOSER: &str = "[data-region=composer] textarea";

/// Types the address, where the focus already is, and waits for the password.
pub async fn give_address(window: &Window, address: &str) -> Result<()> {
    window.focused(ADDRESS).await?;
    window.keys(address).await?;
    window.press(Key::Enter).await?;
    window.find(PASSWORD).await?;
    window.focused(PASSWORD).await
}
