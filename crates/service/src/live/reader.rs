//! One who looks on, as seen by itself.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::live::{Event, Kind};
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::courier::WINDOW;
use super::readers::{Readers, Seat};
use crate::app;

/// A silence after which something is said, so that both ends know that the other is there.
const SILENCE: Duration = Duration::from_secs(15);

/// No token lives longer.
const LONGEST: Duration = Duration::from_secs(400 * 24 * 3600);
/// Events that a reader remembers to have been told.
const MOST_RECENT: usize = 64;

/// Looks on until it is dropped.
pub struct Reader {
    readers: Arc<Readers>,
    seat: Arc<Seat>,
    /// What it was told a moment ago, and when: the same is told again when the moment is over.
    recent: Vec<(Kind, Uuid, Instant)>,
    /// When something is said, at the latest.
    quiet: Instant,
    ends: Instant,
}

/// What is said to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Anything may have happened to this account until now: ask for everything.
    Hello(UserId, DateTime<Utc>),
    /// Something has happened.
    Event(Event),
    /// Nothing has.
    Nothing,
}

enum Found {
    Turn(Turn),
    /// Nothing, or nothing yet.
    Nothing(Option<Instant>),
    End,
}

impl Reader {
    pub(super) fn new(readers: Arc<Readers>, seat: Arc<Seat>, life: Duration) -> Reader {
        let now = Instant::now();
        Reader { readers, seat, recent: Vec::new(), quiet: now + SILENCE, ends: now + life.min(LONGEST) }
    }

    /// What is said next; nothing when there is no more to be said: its time is over, its access was taken back, it did
    /// not keep up, or the server stops.
    pub async fn next(&mut self) -> Option<Turn> {
        loop {
            let now = Instant::now();
            if now >= self.ends {
                return None;
            }
            let due = match self.take(now) {
                Found::Turn(turn) => {
                    self.quiet = now + SILENCE;
                    self.readers.sent();
                    return Some(turn);
                }
                Found::End => return None,
                Found::Nothing(due) => due,
            };
            if now >= self.quiet {
                self.quiet = now + SILENCE;
                return Some(Turn::Nothing);
            }
            let until = self.quiet.min(self.ends);
            let until = due.map_or(until, |due| due.min(until));
            tokio::select! {
                () = self.seat.told.notified() => {}
                () = sleep_until(until) => {}
            }
        }
    }

    fn take(&mut self, now: Instant) -> Found {
        self.recent.retain(|(.., at)| *at + WINDOW > now);
        let mut waiting = self.seat.lock();
        if waiting.ended {
            return Found::End;
        }
        if std::mem::take(&mut waiting.greet) {
            waiting.behind = None;
            return Found::Turn(Turn::Hello(self.seat.actor.user, app::now()));
        }
        let recent = |event: &Event| {
            self.recent
                .iter()
                .find(|(kind, id, _)| (*kind, *id) == (event.kind, event.id))
                .map(|(.., at)| *at)
        };
        let mut due: Option<Instant> = None;
        for place in 0..waiting.events.len() {
            let Some(event) = waiting.events.get(place).copied() else { break };
            let Some(before) = recent(&event) else {
                waiting.events.remove(place);
                if self.recent.len() >= MOST_RECENT {
                    self.recent.remove(0);
                }
                self.recent.push((event.kind, event.id, now));
                return Found::Turn(Turn::Event(event));
            };
            due = Some(due.map_or(before + WINDOW, |due| due.min(before + WINDOW)));
        }
        Found::Nothing(due)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.readers.leave(&self.seat);
    }
}
