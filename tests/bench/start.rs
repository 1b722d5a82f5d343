//! The suite of starts: a profile that is signed in, and the first sign-in.

use std::{path::Path, time::Instant};

use anyhow::Result;
use estafette_tests::{fields::give_address, servers::PASSWORD, window::Window};
use fantoccini::key::Key;

use crate::{
    bare::{Bare, milliseconds},
    bench::{Bench, Program, press_on, since_start, time},
    figures::{Budget, Measure, measure, median},
    world::Account,
};

/// The list has rows down to its lower edge.
pub(crate) const FILLED: &str = "(() => {
     const list = document.querySelector('[role=listbox]');
     const edge = list?.getBoundingClientRect().bottom;
     return list && [...list.querySelectorAll('[data-room-id]')]
       .some((row) => row.getBoundingClientRect().bottom >= edge);
   })()";

impl Bench {
    /// From the process's start to a list whose rows answer, by turns with the empty window; from the sign-in to one.
    pub(crate) async fn start(&self) -> Result<Vec<Measure>> {
        let (mut a, mut b, mut floor) = (Vec::new(), Vec::new(), Vec::new());
        // Beside the profiles, and with what the web view makes at its first start.
        let folder = self.profiles.join("empty-window");
        self.start_of_the_empty_window(&folder).await?;
        for _ in 0..self.seldom {
            floor.push(self.start_of_the_empty_window(&folder).await?);
            a.push(self.start_of(&self.world.a).await?);
            b.push(self.start_of(&self.world.b).await?);
        }
        let (mut first, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..self.seldom {
            bare.push(self.bare_first_login()?);
            first.push(self.first_login().await?);
        }
        let (floor, of_a, bare) = (median(&floor), median(&a), median(&bare));
        Ok(vec![
            measure("start.warm.list", "ms", a, Some(floor), Some(Budget::Median(1.5 * floor))),
            measure("start.warm.list.b", "ms", b, Some(of_a), Some(Budget::Median(1.3 * of_a))),
            measure("start.first_login.list", "ms", first, Some(bare), Some(Budget::Median(1.5 * bare + 300.0))),
        ])
    }

    /// From the process's start to a list whose rows answer, in milliseconds.
    pub(crate) async fn start_of(&self, account: &Account) -> Result<f64> {
        let window = self.open_rooms(account).await?;
        let taken = since_start(&window, "rooms").await?;
        // It does answer.
        press_on(&window, "[data-room-id]").await?;
        window.find("header h2").await?;
        window.end().await?;
        Ok(taken)
    }

    async fn start_of_the_empty_window(&self, folder: &Path) -> Result<f64> {
        let window = self.open(Program::EmptyWindow, folder).await?;
        let painted = since_start(&window, "painted").await?;
        window.end().await?;
        Ok(painted)
    }

    /// From the key that signs in to the first rows, on a profile that is new.
    async fn first_login(&self) -> Result<f64> {
        let folder = tempfile::tempdir()?;
        let window = self.open(Program::Estafette, &folder.path().join("profile")).await?;
        type_password(&window, &self.world.a).await?;
        let taken = time(&window, "keydown", FILLED, async || window.press(Key::Enter).await).await?;
        press_on(&window, "[data-room-id]").await?;
        window.find("header h2").await?;
        window.end().await?;
        Ok(taken)
    }

    fn bare_first_login(&self) -> Result<f64> {
        let start = Instant::now();
        let account = Bare::sign_in(&self.servers, &self.world.a.localpart)?;
        account.first_sync()?;
        let taken = milliseconds(start);
        account.sign_out()?;
        Ok(taken)
    }
}

/// From the sign-in's first field to the key that signs in, which is still to be pressed.
pub(crate) async fn type_password(window: &Window, account: &Account) -> Result<()> {
    give_address(window, &account.user_id).await?;
    window.keys(PASSWORD).await
}
