//! The world that is measured in: two accounts, their rooms, what was said there. Made once, by real clients and with
//! one seed; kept as it is for each run.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use estafette_core::{
    SystemKeyring,
    account::dto::{AccountState, ConnectionState},
};
use estafette_homeservers::{Homeservers, Server, Side};
use estafette_tests::{
    agent::{Agent, Context},
    desk::{Desk, until},
    servers::PASSWORD,
};
use fastrand::Rng;
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    hands::with_hands,
    words::{self, Tongue},
};

const SEED: u64 = 0xE57A_FE77E;
/// All of it lies on one server: what is measured is no federation.
const SIDE: Side = Side::French;
/// How many messages each of the rooms has in which both accounts meet.
const SHARED: usize = 40;
/// How long nothing may come before a profile has seen all.
const CALM: Duration = Duration::from_secs(20);

/// How large the world is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Size {
    /// Of account A: rooms, encrypted ones among them, messages of the longest room, of all others together.
    pub(crate) a: Rooms,
    /// Of account B.
    pub(crate) b: Rooms,
    /// Members of the hall, a room of account A.
    pub(crate) members: usize,
}

/// The rooms of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rooms {
    /// How many.
    pub(crate) count: usize,
    /// How many of them are encrypted.
    pub(crate) encrypted: usize,
    /// Messages of the longest one.
    pub(crate) longest: usize,
    /// Messages of all others together.
    pub(crate) others: usize,
}

impl Size {
    /// What the budgets speak of.
    pub(crate) const FULL: Self = Self {
        a: Rooms { count: 500, encrypted: 50, longest: 11_000, others: 9_000 },
        b: Rooms { count: 5_000, encrypted: 50, longest: 200, others: 19_800 },
        members: 10_000,
    };
    /// To try the bench itself.
    pub(crate) const SMALL: Self = Self {
        a: Rooms { count: 40, encrypted: 4, longest: 300, others: 400 },
        b: Rooms { count: 80, encrypted: 2, longest: 50, others: 160 },
        members: 60,
    };
}

/// What the suites need to know of the world.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) a: Account,
    pub(crate) b: Account,
    /// Two rooms that both are in, the second one encrypted; not among the rooms of either.
    pub(crate) shared: Vec<Place>,
    /// Whoever writes to both.
    pub(crate) writer: String,
}

/// One of the two accounts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) localpart: String,
    pub(crate) user_id: String,
    /// The rooms, the longest first, then the encrypted ones.
    pub(crate) rooms: Vec<Place>,
}

/// A room of an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) encrypted: bool,
    pub(crate) messages: usize,
}

struct Person {
    localpart: String,
    user_id: String,
    token: String,
}

struct Filling<'a> {
    servers: &'a Homeservers,
    writers: Vec<Person>,
    start: Instant,
}

/// Fills empty servers, and leaves a signed-in profile of each account that has seen all of it.
pub(crate) async fn fill(servers: &Homeservers, profiles: &Path, size: &Size) -> Result<World> {
    let start = Instant::now();
    let person = |localpart: &str, name: &str| -> Result<Person> {
        let user_id = servers.register(SIDE, localpart, PASSWORD, Some(name), false)?;
        let token = servers.api(SIDE).login(localpart, PASSWORD)?.access_token;
        Ok(Person { localpart: localpart.to_owned(), user_id, token })
    };
    let writers = ["Anne Schmitt", "Karim Haddad", "Lena Fischer", "Paul Girard", "Jonas Weber", "Nadia Benali"]
        .iter()
        .enumerate()
        .map(|(number, name)| person(&format!("writer-{number}"), name))
        .collect::<Result<Vec<_>>>()?;
    let filling = Filling { servers, writers, start };
    let people = [person("bench-a", "Camille Lefèvre")?, person("bench-b", "Katharina Vogel")?];
    let mut accounts = Vec::new();
    for ((me, rooms, hall), writer) in people
        .iter()
        .zip([(&size.a, size.members), (&size.b, 0)])
        .map(|(me, (rooms, hall))| (me, rooms, hall))
        .zip(&filling.writers)
    {
        // The device that later opens the encrypted rooms is there before anything is said.
        let mut desk =
            Desk::open(&profiles.join(&me.localpart), Some(&servers.info().ca), Arc::new(SystemKeyring)).await?;
        desk.sign_in(&me.user_id, PASSWORD).await?;
        desk.close().await;
        accounts.push(filling.account(me, writer, rooms, hall).await?);
    }
    let [a, b] = <[Account; 2]>::try_from(accounts).ok().context("two accounts")?;
    let shared = filling.shared(&people).await?;
    for (me, account) in people.iter().zip([&a, &b]) {
        // What was only needed to join leaves no device behind.
        filling.call("POST", "logout", me, &json!({}))?;
        filling.settle(account, shared.len(), &profiles.join(&me.localpart)).await?;
    }
    let writer = filling.writers.first().map(|writer| writer.localpart.clone()).context("a writer")?;
    Ok(World { a, b, shared, writer })
}

impl Filling<'_> {
    fn tell(&self, what: &str) {
        println!("{:6.0} s  {what}", self.start.elapsed().as_secs_f64());
    }

    fn call(&self, method: &str, path: &str, by: &Person, body: &Value) -> Result<Value> {
        self.servers.api(SIDE).call(method, &format!("/_matrix/client/v3/{path}"), Some(&by.token), Some(body))
    }

    /// The rooms of an account, with all that is said in them; in the encrypted ones, by one writer.
    async fn account(&self, me: &Person, writer: &Person, rooms: &Rooms, hall: usize) -> Result<Account> {
        let mut random = Rng::with_seed(SEED ^ rooms.count as u64);
        let plans: Vec<_> = (0..rooms.count)
            .map(|number| {
                let tongue = if random.bool() { Tongue::French } else { Tongue::German };
                (number, tongue, words::room(&mut random, tongue, number), random.u64(..))
            })
            .collect();
        let (encrypted, plain): (Vec<_>, Vec<_>) =
            plans.into_iter().partition(|plan| (1..=rooms.encrypted).contains(&plan.0));
        let each = rooms.others / (rooms.count - 1).max(1);
        let rest = rooms.others % (rooms.count - 1).max(1);
        let count = |number: usize| match number {
            0 => rooms.longest,
            number => each + usize::from(number <= rest),
        };
        let mut places = self.with_hands(plain, |(number, tongue, name, seed)| {
            let id = self.plain_room(me, name, count(*number), *tongue, *seed)?;
            Ok((*number, Place { id, name: name.clone(), encrypted: false, messages: count(*number) }))
        })?;
        self.tell(&format!("{}: {} rooms without encryption", me.localpart, places.len()));
        if hall > 0
            && let Some((_, place)) = places.last()
        {
            self.crowd(&place.id, hall)?;
            self.tell(&format!("{hall} members in {}", place.name));
        }
        let server: &Server = self.servers.server(SIDE);
        let agent = Agent::sign_in(server, &self.servers.info().ca, &writer.localpart, PASSWORD).await?;
        let guest = OwnedUserId::try_from(me.user_id.as_str())?;
        for (number, tongue, name, seed) in encrypted {
            let room = agent.create_room(Some(&name), None, true, std::slice::from_ref(&guest)).await?;
            self.call("POST", &format!("join/{room}"), me, &json!({}))?;
            agent.wait_for_members(&room, 2).await?;
            self.encrypted(&agent, &room, count(number), tongue, seed).await?;
            places.push((number, Place { id: room.to_string(), name, encrypted: true, messages: count(number) }));
        }
        places.sort_by_key(|(number, _)| *number);
        self.tell(&format!("{}: {} encrypted rooms", me.localpart, rooms.encrypted));
        let rooms = places.into_iter().map(|(_, place)| place).collect();
        Ok(Account { localpart: me.localpart.clone(), user_id: me.user_id.clone(), rooms })
    }

    /// The rooms in which both meet.
    async fn shared(&self, people: &[Person; 2]) -> Result<Vec<Place>> {
        let [a, b] = people;
        let place =
            |id: String, name: &str, encrypted| Place { id, name: name.to_owned(), encrypted, messages: SHARED };
        let (open, closed) = ("Rencontre ouverte", "Geschlossenes Treffen");
        let id = self.plain_room(a, open, SHARED, Tongue::French, SEED)?;
        self.call("POST", &format!("join/{id}"), b, &json!({}))?;
        let plain = place(id, open, false);
        // One that has not signed in with such a client yet: its first device makes the keys.
        let writer = self.writers.last().context("a writer")?;
        let agent =
            Agent::sign_in(self.servers.server(SIDE), &self.servers.info().ca, &writer.localpart, PASSWORD).await?;
        let guests = [OwnedUserId::try_from(a.user_id.as_str())?, OwnedUserId::try_from(b.user_id.as_str())?];
        let room = agent.create_room(Some(closed), None, true, &guests).await?;
        for me in people {
            self.call("POST", &format!("join/{room}"), me, &json!({}))?;
        }
        agent.wait_for_members(&room, 3).await?;
        self.encrypted(&agent, &room, SHARED, Tongue::German, SEED).await?;
        Ok(vec![plain, place(room.to_string(), closed, true)])
    }

    fn plain_room(&self, me: &Person, name: &str, messages: usize, tongue: Tongue, seed: u64) -> Result<String> {
        let mut random = Rng::with_seed(seed);
        let owner = self.writers.get(random.usize(..self.writers.len())).context("a writer")?;
        let made = self.call("POST", "createRoom", owner, &json!({ "preset": "public_chat", "name": name }))?;
        let id = made["room_id"].as_str().context("a room's ID")?.to_owned();
        self.call("POST", &format!("join/{id}"), me, &json!({}))?;
        for number in 0..messages {
            // The number says how far back one is.
            let text = format!("{} · {number}", words::message(&mut random, tongue));
            let body = json!({ "msgtype": "m.text", "body": text });
            self.call("PUT", &format!("rooms/{id}/send/m.room.message/{number}"), owner, &body)?;
        }
        Ok(id)
    }

    async fn encrypted(
        &self,
        agent: &Agent,
        room: &OwnedRoomId,
        messages: usize,
        tongue: Tongue,
        seed: u64,
    ) -> Result<()> {
        let mut random = Rng::with_seed(seed);
        for _ in 0..messages {
            agent.say(room, &words::message(&mut random, tongue), &Context::default()).await?;
        }
        Ok(())
    }

    /// Has many people join a room that is open to all.
    fn crowd(&self, room: &str, members: usize) -> Result<()> {
        let admin = "bench-admin";
        self.servers.register(SIDE, admin, PASSWORD, None, true)?;
        let token = self.servers.api(SIDE).login(admin, PASSWORD)?.access_token;
        let admin = Person { localpart: admin.to_owned(), user_id: String::new(), token };
        self.call("POST", &format!("join/{room}"), &admin, &json!({}))?;
        self.with_hands((0..members).collect(), |number| {
            let name = format!("Membre {number:05}");
            let user_id = self.servers.register(SIDE, &format!("member-{number}"), PASSWORD, Some(&name), false)?;
            let path = format!("/_synapse/admin/v1/join/{room}");
            let body = json!({ "user_id": user_id });
            self.servers.api(SIDE).call("POST", &path, Some(&admin.token), Some(&body))
        })
        .map(drop)
    }

    /// Does something for each, several at once, and tells of it now and then.
    fn with_hands<T: Sync, R: Send>(&self, of: Vec<T>, work: impl Fn(&T) -> Result<R> + Sync) -> Result<Vec<R>> {
        with_hands(&of, work, |done| {
            if done % 500 == 0 {
                self.tell(&format!("{done} of {}", of.len()));
            }
        })
    }

    /// Opens the profile until it has every room, and closes it as a window does.
    async fn settle(&self, account: &Account, shared: usize, profile: &Path) -> Result<()> {
        let mut desk = Desk::open(profile, Some(&self.servers.info().ca), Arc::new(SystemKeyring)).await?;
        until(&mut desk.account, "the account", |state| matches!(state, AccountState::Ready { .. })).await?;
        let mut rooms = desk.rooms().await?;
        let (wanted, mut seen) = (account.rooms.len() + shared, 0);
        while seen < wanted {
            // However many there are: only that one more comes must not take long.
            seen = until(&mut rooms.items, "one more room", |rows| rows.len() > seen).await?.len();
        }
        until(&mut desk.connection, "the network", |state| *state == ConnectionState::Online).await?;
        // Until nothing more comes: newest messages become known one by one, and a hall of newcomers has none.
        while timeout(CALM, rooms.items.changed()).await.is_ok() {}
        let rows = rooms.items.borrow().clone();
        ensure!(rows.iter().all(|row| !row.invited), "an invitation was not accepted");
        drop(rooms);
        desk.close().await;
        self.tell(&format!("{}: the profile has seen all of it", account.localpart));
        Ok(())
    }
}
