//! The thread that hears what happens in other processes, while anybody here looks on.
//!
//! Between two looks at its socket it sleeps: libpq (by way of Diesel) shows no descriptor to wait for, and a look is one
//! system call that asks nothing of the database. With nobody here it holds no connection: one that listens and is
//! not read would keep the database from forgetting messages.

use std::time::{Duration, Instant};

use persistence::{Link, Result, live, transaction};

use super::message::{self, Part};
use super::{Live, readers::State};

/// How often the socket is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// How often a database that was away is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// How often the database is asked whether it is still there: a network may end without a word.
const ASK: Duration = Duration::from_secs(30);
/// For how long it goes on to listen when the last reader has left.
const LINGER: Duration = Duration::from_secs(10);

pub(super) struct Listener {
    url: String,
    process: u64,
    live: Live,
}

impl Listener {
    pub fn new(url: &str, process: u64, live: &Live) -> Listener {
        Listener { url: url.to_owned(), process, live: live.clone() }
    }

    /// Until all is closed.
    pub fn listen(self) {
        let mut away = false;
        loop {
            match self.live.readers.state() {
                State::Closed => return,
                State::Nobody => std::thread::park(),
                State::Somebody => {
                    let done = self.hear(&mut away);
                    self.live.readers.deaf();
                    if let Err(error) = done {
                        if self.live.readers.state() == State::Closed {
                            return;
                        }
                        if !std::mem::replace(&mut away, true) {
                            log::warn!("what happens on other servers is not heard: {error}");
                        }
                        std::thread::park_timeout(LOOK_AGAIN);
                    }
                }
            }
        }
    }

    /// While somebody looks on.
    fn hear(&self, away: &mut bool) -> Result<()> {
        let mut link = persistence::connect(&self.url)?;
        live::listen(&mut link)?;
        if std::mem::take(away) {
            log::info!("what happens on other servers is heard again");
        }
        // Whatever has happened before, from here on nothing is missed.
        self.anything();
        let (mut asked, mut needed) = (Instant::now(), Instant::now());
        loop {
            self.take(&mut link)?;
            let now = Instant::now();
            match self.live.readers.state() {
                State::Closed => return Ok(()),
                State::Somebody => needed = now,
                State::Nobody if now.duration_since(needed) < LINGER => {}
                State::Nobody if self.live.readers.stop_listening() => return Ok(()),
                State::Nobody => {}
            }
            if now.duration_since(asked) >= ASK {
                asked = now;
                transaction::ping(&mut link)?;
            }
            std::thread::park_timeout(LOOK);
        }
    }

    fn take(&self, link: &mut Link) -> Result<()> {
        for text in live::take(link)? {
            for part in message::read(self.process, &text) {
                match part {
                    Part::Event(user, event) => self.live.readers.tell(user, event),
                    Part::Access(user) if self.live.readers.has(user) => {
                        self.live.outbox.put_checks([user]);
                    }
                    Part::Access(_) => {}
                    Part::Everything => self.anything(),
                }
            }
        }
        Ok(())
    }

    fn anything(&self) {
        self.live.readers.greet();
        self.live.outbox.put_checks(self.live.readers.users());
    }
}
