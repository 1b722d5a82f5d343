//! What every suite has at hand: the world, the windows, a stopwatch in the page.

use std::{
    collections::HashMap,
    fs,
    hash::Hash,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, ensure};
use estafette_homeservers::{Homeservers, target_directory};
use estafette_tests::{
    processor::processor_seconds,
    window::{Opening, Window},
};
use fantoccini::{
    actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    wd::TimeoutConfiguration,
};
use serde_json::{Value, json};

use crate::world::{Account, World};

/// The world and where its parts lie.
pub(crate) struct Bench {
    pub(crate) servers: Homeservers,
    pub(crate) profiles: PathBuf,
    /// The profiles as they were filled.
    pub(crate) filled: PathBuf,
    pub(crate) world: World,
    /// How often what is quick is measured.
    pub(crate) often: usize,
    /// How often what takes seconds is measured.
    pub(crate) seldom: usize,
    /// How often what takes a minute is measured.
    pub(crate) few: usize,
    /// How many messages others write while a window is open.
    pub(crate) received: usize,
    /// How long a window is left alone.
    pub(crate) rest: Duration,
}

/// What an open window runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    Estafette,
    EmptyWindow,
}

/// One look at what the processes of a window have used since they began.
#[derive(Default)]
pub(crate) struct Used {
    /// In seconds, by process.
    processor: HashMap<u32, f64>,
    /// How often it waited, and so was woken, by thread.
    wakes: HashMap<PathBuf, f64>,
}

impl Used {
    /// The processor's seconds and the wakes since an earlier look, of what still runs: what has ended meanwhile is
    /// not counted, and takes nothing from the others.
    pub(crate) fn since(&self, before: &Self) -> (f64, f64) {
        fn more<K: Eq + Hash>(now: &HashMap<K, f64>, before: &HashMap<K, f64>) -> f64 {
            now.iter().map(|(who, now)| now - before.get(who).copied().unwrap_or_default()).sum()
        }
        (more(&self.processor, &before.processor), more(&self.wakes, &before.wakes))
    }
}

impl Bench {
    pub(crate) fn profile(&self, account: &Account) -> PathBuf {
        self.profiles.join(&account.localpart)
    }

    /// Opens a window of the release build.
    pub(crate) async fn open(&self, program: Program, profile: &Path) -> Result<Window> {
        self.open_with(program, profile, &[]).await
    }

    pub(crate) async fn open_with(&self, program: Program, profile: &Path, arguments: &[&str]) -> Result<Window> {
        let name = match program {
            Program::Estafette => "estafette",
            Program::EmptyWindow => "empty-window",
        };
        let mut opening = Opening::new(profile, &self.servers.info().ca, "fr_FR.UTF-8");
        opening.binary = release(name);
        // Estafette would choose it by itself where there is no graphics card; the empty window would not, and the two
        // are to be drawn alike on every machine.
        opening.environment.push(("WEBKIT_DISABLE_COMPOSITING_MODE".into(), "1".into()));
        opening.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        let window = Window::open(&opening).await?;
        prepare(&window).await?;
        Ok(window)
    }

    /// Opens Estafette on an account, until its rooms are there.
    pub(crate) async fn open_rooms(&self, account: &Account) -> Result<Window> {
        let window = self.open(Program::Estafette, &self.profile(account)).await?;
        window.find("[data-room-id]").await?;
        Ok(window)
    }

    /// Takes the messages that were loaded since the profile was filled from it again. What it knows of its server and
    /// of its keys stays: the server has gone on.
    pub(crate) fn forget_messages(&self, account: &Account) -> Result<()> {
        const MESSAGES: &str = "sdk-cache";
        let (now, filled) = (self.profile(account).join(MESSAGES), self.filled.join(&account.localpart).join(MESSAGES));
        fs::remove_dir_all(&now)?;
        let copied = Command::new("cp").arg("--archive").arg(filled).arg(&now).status()?;
        ensure!(copied.success(), "the messages cannot be restored");
        Ok(())
    }
}

/// Gives the page a stopwatch; one that was loaded anew has none.
pub(crate) async fn prepare(window: &Window) -> Result<()> {
    window.page.execute(include_str!("stopwatch.js"), vec![]).await?;
    Ok(())
}

/// A program of the release build.
pub(crate) fn release(name: &str) -> PathBuf {
    target_directory().join("release").join(name)
}

/// The milliseconds from the start of the window's process to a mark of its page.
pub(crate) async fn since_start(window: &Window, mark: &str) -> Result<f64> {
    let script = "const marks = performance.getEntriesByName(arguments[0]);
         return marks.length ? performance.timeOrigin + marks[0].startTime : null";
    let at =
        window.wait_for(mark, async || window.page.execute(script, vec![json!(mark)]).await.ok()?.as_f64()).await?;
    Ok(at - program_started(window)?)
}

/// When the window's program was started, in milliseconds since 1970.
pub(crate) fn program_started(window: &Window) -> Result<f64> {
    started(*window.processes()?.first().context("the window has no process")?)
}

/// When a process started, in milliseconds since 1970, to ten of them.
fn started(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // Ticks since the machine started; the name before may hold anything.
    let ticks: f64 = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(19)).context("a start")?.parse()?;
    let uptime = fs::read_to_string("/proc/uptime")?;
    let uptime: f64 = uptime.split(' ').next().context("an uptime")?.parse()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    Ok((now - uptime + ticks / 100.0) * 1000.0)
}

/// Takes the time from an event, which `act` brings about, until the page shows what it leads to.
pub(crate) async fn time(
    window: &Window,
    event: &str,
    shown: &str,
    act: impl AsyncFnOnce() -> Result<()>,
) -> Result<f64> {
    let taken = time_each(window, event, &[shown], act).await?;
    taken.first().copied().context("no time was taken")
}

/// The same for several things that the event leads to: a time for each.
pub(crate) async fn time_each(
    window: &Window,
    event: &str,
    shown: &[&str],
    act: impl AsyncFnOnce() -> Result<()>,
) -> Result<Vec<f64>> {
    let looks: Vec<String> = shown.iter().map(|shown| format!("() => {shown}")).collect();
    window.page.execute(&format!("stopwatch({event:?}, [{}])", looks.join(", ")), vec![]).await?;
    act().await?;
    let taken = async || {
        let taken = window.page.execute("return window.taken", vec![]).await.ok()?;
        taken.as_array()?.iter().map(Value::as_f64).collect::<Option<Vec<_>>>()
    };
    window.wait_for(shown.last().unwrap_or(&event), taken).await
}

/// How long the pointer rests on something before it presses: a hand that has arrived takes this long at least.
const BEFORE_PRESSING: Duration = Duration::from_millis(100);

/// Presses the mouse on the middle of an element: by its place, for elements are made anew while the page works.
pub(crate) async fn press_on(window: &Window, css: &str) -> Result<()> {
    let script = "const box = document.querySelector(arguments[0])?.getBoundingClientRect();
         return box ? [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)] : null";
    let place = async || {
        let place = window.page.execute(script, vec![json!(css)]).await.ok()?;
        Some((place[0].as_f64()?, place[1].as_f64()?))
    };
    let pointer = async |actions: Vec<PointerAction>| {
        let mouse = actions.into_iter().fold(MouseActions::new("mouse".into()), |mouse, action| mouse.then(action));
        window.page.perform_actions(mouse).await
    };
    let under = format!("return Boolean(document.querySelector({})?.matches(':hover'))", json!(css));
    // The driver may press before it has moved; and what is moved to the same place twice tells the page nothing.
    let mut aside = 0.0;
    let arrived = async || {
        let (x, y) = place().await?;
        aside = 2.0 - aside;
        let x = x + aside;
        pointer(vec![PointerAction::MoveTo { duration: Some(Duration::ZERO), x, y }]).await.ok()?;
        (window.page.execute(&under, vec![]).await.ok()? == json!(true)).then_some(())
    };
    window.wait_for(css, arrived).await?;
    tokio::time::sleep(BEFORE_PRESSING).await;
    let button = MOUSE_BUTTON_LEFT;
    Ok(pointer(vec![PointerAction::Down { button }, PointerAction::Up { button }]).await?)
}

/// The first rooms of those that the list shows wholly.
pub(crate) async fn rooms_in_view(window: &Window, count: usize) -> Result<Vec<String>> {
    let script = "const list = document.querySelector('[role=listbox]').getBoundingClientRect();
         return [...document.querySelectorAll('[data-room-id]')]
           .map((row) => [row.getBoundingClientRect(), row.dataset.roomId])
           .filter(([box]) => box.top >= list.top && box.bottom <= list.bottom)
           .sort(([left], [right]) => left.top - right.top)
           .map(([, id]) => id)";
    let ids: Vec<String> = serde_json::from_value(window.page.execute(script, vec![]).await?)?;
    Ok(ids.into_iter().take(count).collect())
}

/// The times between frames, in milliseconds, while the page does something in each.
pub(crate) async fn frames(window: &Window, count: usize, each: &str) -> Result<Vec<f64>> {
    window.page.update_timeouts(patient()).await?;
    let script = format!("const done = arguments[0]; frames({count}, (number) => {{ {each} }}).then(done)");
    let Value::Array(times) = window.page.execute_async(&script, vec![]).await? else { return Ok(Vec::new()) };
    Ok(times.iter().filter_map(Value::as_f64).collect())
}

/// Scripts that take minutes, such as ten thousand messages.
pub(crate) fn patient() -> TimeoutConfiguration {
    let long = Some(Duration::from_secs(600));
    TimeoutConfiguration::new(long, long, Some(Duration::ZERO))
}

/// What all processes of a window have used so far.
pub(crate) fn used(window: &Window) -> Result<Used> {
    let mut used = Used::default();
    for process in window.processes()? {
        // One that has ended meanwhile does nothing any more.
        let Ok(seconds) = processor_seconds(process) else { continue };
        used.processor.insert(process, seconds);
        for task in fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten() {
            let status = fs::read_to_string(task.path().join("status")).unwrap_or_default();
            let waited = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            if let Some(waited) = waited.and_then(|count| count.trim().parse().ok()) {
                used.wakes.insert(task.path(), waited);
            }
        }
    }
    Ok(used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_takes_nothing_from_the_others() {
        let thread = |number: u32| PathBuf::from(format!("/proc/1/task/{number}"));
        let before =
            Used { processor: [(1, 2.0), (2, 9.0)].into(), wakes: [(thread(1), 10.0), (thread(2), 500.0)].into() };
        let after = Used { processor: [(1, 2.5)].into(), wakes: [(thread(1), 12.0), (thread(3), 4.0)].into() };
        assert_eq!(after.since(&before), (0.5, 6.0));
    }
}
