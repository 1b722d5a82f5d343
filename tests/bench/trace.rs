//! `--trace`: where the time of a start, of clicks, of a key and of a first sign-in goes. The log's lines (`--log-level debug`: spans of
//! core, messages to the window, messages painted) and the page's marks, in one order, by milliseconds. Then where the
//! memory lies, beside the empty window's, and what the server alone takes to tell of a message.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};
use estafette_tests::{fields::COMPOSER, window::Window};
use fantoccini::key::Key;

use crate::{
    bare::Bare,
    bench::{Bench, Program, press_on, program_started, rooms_in_view, since_start},
    figures::median,
    rest::megabytes,
    rooms::{FULL, go_to},
    send::{shows, write},
    start::{FILLED, type_password},
    suites::open_room,
    timeline::{FAR, go_back},
    world::Account,
};

/// How long the log may take to reach the disk.
const TO_DISK: Duration = Duration::from_millis(500);
/// Where a profile's logs lie.
const LOGS: &str = "logs";
const DAY: f64 = 86_400_000.0;
/// What the page knows of its own time: when it was gone to, what it has loaded, its marks.
const MARKS: &str = "const since = (at, name) => [performance.timeOrigin + at, name];
     return [
       since(0, 'is gone to'),
       ...performance.getEntriesByType('resource').map((each) => since(each.responseEnd, `has ${each.name}`)),
       ...performance.getEntriesByType('navigation').map((each) => since(each.domInteractive, 'is read')),
       ...performance.getEntriesByType('mark').map((each) => since(each.startTime, each.name)),
     ]";

impl Bench {
    /// Prints one start, one click on a room and one message of account A; three clicks of B; A's memory and first
    /// sign-in; and what the server takes.
    pub(crate) async fn trace(&self) -> Result<()> {
        self.trace_use().await?;
        self.trace_switch_of_many().await?;
        self.trace_memory().await?;
        // Not before: it leaves the account another device, which keys are shared with.
        self.trace_first_sign_in().await?;
        // Last: it leaves messages that nobody has read.
        self.print_received()
    }

    async fn trace_first_sign_in(&self) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let profile = folder.path().join("profile");
        let window = self.open_logging(&profile).await?;
        type_password(&window, &self.world.a).await?;
        let (pressed, painted) = follow(&window, "keydown", FILLED, async || window.press(Key::Enter).await).await?;
        print("first sign-in, until the list is painted", &window, &profile, pressed, painted).await?;
        window.end().await
    }

    async fn trace_use(&self) -> Result<()> {
        let profile = self.profile(&self.world.a);
        // Of a profile that has been in use, as every day.
        self.start_of(&self.world.a).await?;
        let window = self.open_logging(&profile).await?;
        window.find("[data-room-id]").await?;
        let start = program_started(&window)?;
        let listed = start + since_start(&window, "rooms").await?;
        print("start, until the list is painted", &window, &profile, start, listed).await?;

        let (pressed, painted) =
            follow(&window, "pointerup", FULL, async || press_on(&window, "[data-room-id]").await).await?;
        print("click on a room, until its view is full", &window, &profile, pressed, painted).await?;

        press_on(&window, COMPOSER).await?;
        let text = "Une ligne à suivre";
        write(&window, text).await?;
        let (pressed, painted) =
            follow(&window, "keydown", &shows(text), async || window.press(Key::Enter).await).await?;
        print("key, until the message is painted", &window, &profile, pressed, painted).await?;
        window.end().await
    }

    async fn trace_switch_of_many(&self) -> Result<()> {
        let profile = self.profile(&self.world.b);
        self.start_of(&self.world.b).await?;
        let window = self.open_logging(&profile).await?;
        window.find("[data-room-id]").await?;
        // Far from the rooms written to last.
        go_to(&window, 1).await?;
        for id in rooms_in_view(&window, 3).await? {
            let row = format!("[data-room-id='{id}']");
            let (pressed, painted) = follow(&window, "pointerup", FULL, async || press_on(&window, &row).await).await?;
            print("click on a room of B, until its view is full", &window, &profile, pressed, painted).await?;
        }
        window.end().await
    }

    async fn trace_memory(&self) -> Result<()> {
        let window = self.open_rooms(&self.world.a).await?;
        self.print_memory("memory at rest", &window).await?;
        let long = self.world.a.rooms.first().context("a long room")?;
        open_room(&window, &long.id).await?;
        go_back(&window, FAR.min(long.messages / 2)).await?;
        self.print_memory("memory far back in a long room", &window).await?;
        press_on(&window, "[data-room-id][aria-selected=false]").await?;
        self.print_memory("memory after leaving it", &window).await?;
        window.end().await?;
        let window = self.open(Program::EmptyWindow, &self.profiles.join("empty-window")).await?;
        self.print_memory("memory at rest of the empty window", &window).await?;
        window.end().await
    }

    /// Opens Estafette on a profile, and has it log what it does from here on.
    async fn open_logging(&self, profile: &Path) -> Result<Window> {
        // What was logged before is none of it; there may be nothing.
        let _ = fs::remove_dir_all(profile.join(LOGS));
        self.open_with(Program::Estafette, profile, &["--log-level", "debug"]).await
    }

    /// What the server alone takes to tell of a message.
    fn print_received(&self) -> Result<()> {
        const TIMES: usize = 10;
        let (writer, reader) = (&self.world.b, &self.world.a);
        let room = &self.world.shared.first().context("a room to meet in")?.id;
        let (from, to) =
            (Bare::sign_in(&self.servers, &writer.localpart)?, Bare::sign_in(&self.servers, &reader.localpart)?);
        let told = |rooms| -> Result<f64> { Ok(median(&from.to_observer(&to, room, rooms, TIMES)?)) };
        let all = |account: &Account| account.rooms.len() + self.world.shared.len();
        println!("\na message, until the server alone has told another account of it");
        println!("{:9.1}  that waits for this room", told(None)?);
        println!("{:9.1}  that waits with a list of all its {} rooms", told(Some(all(reader)))?, all(reader));
        let (has_all, stop) = (AtomicBool::new(false), AtomicBool::new(false));
        thread::scope(|scope| {
            let waiting = scope.spawn(|| from.wait_with_all(all(writer), &has_all, &stop));
            while !has_all.load(Ordering::Relaxed) && !waiting.is_finished() {
                thread::sleep(Duration::from_millis(200));
            }
            let told = told(Some(all(reader)));
            stop.store(true, Ordering::Relaxed);
            waiting.join().ok().context("who waits has failed")??;
            println!("{:9.1}  the same, while the writer waits with a list of {}", told?, all(writer));
            anyhow::Ok(())
        })?;
        from.sign_out()?;
        to.sign_out()
    }

    async fn print_memory(&self, what: &str, window: &Window) -> Result<()> {
        tokio::time::sleep(self.rest).await;
        println!("\n{what}: {:.0} MB", megabytes(window.memory()?));
        for process in window.processes()? {
            let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
            let shares = shares(&fs::read_to_string(format!("/proc/{process}/smaps")).unwrap_or_default());
            println!("{:6.1}  {}", shares.values().sum::<f64>(), name.trim());
            let mut shares: Vec<_> = shares.into_iter().filter(|(_, share)| *share >= 1.0).collect();
            shares.sort_by(|(_, left), (_, right)| right.total_cmp(left));
            for (of, share) in shares {
                println!("{share:12.1}  {of}");
            }
        }
        Ok(())
    }
}

/// Prints what the log and the page tell between two times.
async fn print(what: &str, window: &Window, profile: &Path, from: f64, to: f64) -> Result<()> {
    tokio::time::sleep(TO_DISK).await;
    let log = fs::read_to_string(profile.join(LOGS).join("estafette.log"))?;
    let mut lines: Vec<(f64, String)> = log.lines().filter_map(logged).collect();
    for mark in window.page.execute(MARKS, vec![]).await?.as_array().into_iter().flatten() {
        let (Some(at), Some(name)) = (mark[0].as_f64(), mark[1].as_str()) else { continue };
        lines.push((at.rem_euclid(DAY), format!("page: {name}")));
    }
    lines.sort_by(|left, right| left.0.total_cmp(&right.0));
    println!("\n{what}: {:.0} ms", to - from);
    for (at, line) in &lines {
        let at = at - from.rem_euclid(DAY);
        if (0.0..=to - from + 1.0).contains(&at) {
            println!("{at:9.1}  {line}");
        }
    }
    Ok(())
}

/// When something came, and when what it leads to was painted, in milliseconds since 1970.
async fn follow(
    window: &Window,
    event: &str,
    shown: &str,
    act: impl AsyncFnOnce() -> Result<()>,
) -> Result<(f64, f64)> {
    let prepare = "window.before = document.querySelector('[data-region=timeline]')";
    window
        .page
        .execute(&format!("{prepare}; noteNext({event:?}); watchFor(() => {shown}); markUntilSeen()"), vec![])
        .await?;
    act().await?;
    let both = async || {
        let both = window.page.execute("return [window.noted, window.seen]", vec![]).await.ok()?;
        Some((both[0].as_f64()?, both[1].as_f64()?))
    };
    window.wait_for(shown, both).await
}

/// What a process's memory holds, by file, in megabytes (PSS).
fn shares(smaps: &str) -> BTreeMap<String, f64> {
    let mut shares = BTreeMap::new();
    let mut of = "";
    for line in smaps.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        match words[..] {
            ["Pss:", kib, "kB"] => *shares.entry(of.to_owned()).or_default() += kib.parse().unwrap_or(0.0) * 1.024e-3,
            // An address range, rights, offset, device, inode, and the file where there is one.
            [range, _, _, _, _] if range.contains('-') => of = "its own",
            [range, _, _, _, _, ..] if range.contains('-') => {
                of = words.last().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
            }
            _ => {}
        }
    }
    shares
}

/// A line of the log: its time in milliseconds since the day began, and its words.
fn logged(line: &str) -> Option<(f64, String)> {
    let (time, words) = line.split_once("Z ")?;
    let (_, time) = time.split_once('T')?;
    let mut parts = time.split('-').map(|part| part.parse::<f64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    Some((((hours * 60.0 + minutes) * 60.0 + seconds) * 1000.0, words.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_told_by_file() {
        let smaps = "7f00-7f01 r--p 00000000 fe:00 12 /usr/lib/libwebkit.so\nPss: 1000 kB\nPss_Dirty: 7 kB\n\
                     7f02-7f03 r-xp 00000000 fe:00 12 /usr/lib/libwebkit.so\nPss: 1000 kB\n\
                     7f04-7f05 rw-p 00000000 00:00 0 \nPss: 500 kB\n";
        let told: Vec<_> = shares(smaps).into_iter().collect();
        assert_eq!(told, [("its own".to_owned(), 0.512), ("libwebkit.so".to_owned(), 2.048)]);
    }

    #[test]
    fn a_line_of_the_log_has_a_time() {
        let line = "2026-11-26T01-00-02.250000Z INFO estafette_core::log the log begins version=0.1.0";
        let words = "INFO estafette_core::log the log begins version=0.1.0";
        assert_eq!(logged(line), Some((3_602_250.0, words.to_owned())));
        assert_eq!(logged("no time"), None);
    }
}
