//! What a device has sent, and what it was told is kept.

use std::collections::BTreeMap;

use serde_json::Value;

/// What may be in front: two of them share a name.
pub const APPS: [(&str, &str); 6] = [
    ("app", "org.mozilla.firefox"),
    ("app", "com.spotify.music"),
    ("app", "Gmail"),
    ("website", "Gmail"),
    ("website", "news.ycombinator.com"),
    ("app", "Ŧëxt ✎"),
];

/// A session: when it began (ms since 1970), what was in front (a place in [`APPS`]), and when it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub start: i64,
    pub app: usize,
    pub end: i64,
}

type Key = (i64, usize);

#[derive(Clone, Debug, Default)]
struct Row {
    /// All ends that were ever sent.
    sent: Vec<i64>,
    /// The latest end that was acknowledged.
    kept: Option<i64>,
}

/// The sessions of one device.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    rows: BTreeMap<Key, Row>,
}

/// How often something may have happened.
type Bounds = std::ops::RangeInclusive<usize>;

/// What a receipt may say of a batch, given what happened before.
#[derive(Debug)]
pub struct Expected {
    accepted: Bounds,
    updated: Bounds,
    rows: usize,
}

impl Ledger {
    /// Notes that a batch is on its way.
    pub fn send(&mut self, batch: &[Session]) -> Expected {
        let (mut new, mut perhaps_new, mut grown, mut perhaps_grown) = (0, 0, 0, 0);
        for session in batch {
            let row = self.rows.entry((session.start, session.app)).or_default();
            let latest = row.sent.iter().max().copied();
            match (row.kept, latest) {
                (_, None) => new += 1,
                (None, Some(_)) => {
                    perhaps_new += 1;
                    perhaps_grown += 1;
                }
                (Some(kept), _) if session.end <= kept => {}
                (Some(_), Some(latest)) if session.end > latest => grown += 1,
                _ => perhaps_grown += 1,
            }
            if !row.sent.contains(&session.end) {
                row.sent.push(session.end);
            }
        }
        Expected {
            accepted: new..=new + perhaps_new,
            updated: grown..=grown + perhaps_grown,
            rows: batch.len(),
        }
    }

    /// Notes that a batch was acknowledged.
    pub fn keep(&mut self, batch: &[Session]) {
        for session in batch {
            let row = self.rows.get_mut(&(session.start, session.app)).unwrap();
            row.kept = row.kept.max(Some(session.end));
        }
    }

    /// Of what is stored now, whatever was acknowledged is there, and nothing was not sent.
    #[track_caller]
    pub fn check(&self, stored: &[Session]) {
        let mut there = BTreeMap::new();
        for session in stored {
            let twice = there.insert((session.start, session.app), session.end);
            assert!(twice.is_none(), "there twice: {session:?}");
            let sent = self
                .rows
                .get(&(session.start, session.app))
                .is_some_and(|row| row.sent.contains(&session.end));
            assert!(sent, "never sent: {session:?}");
        }
        for (key, row) in &self.rows {
            let Some(kept) = row.kept else { continue };
            let end = there.get(key).unwrap_or_else(|| panic!("lost: {key:?}, acknowledged up to {kept}"));
            assert!(*end >= kept, "{key:?} was acknowledged up to {kept} and ends at {end}");
        }
    }

    /// What is stored now is what was acknowledged, and nothing of what was not answered.
    #[track_caller]
    pub fn check_answered(&self, stored: &[Session]) {
        self.check(stored);
        for session in stored {
            let kept = self.rows[&(session.start, session.app)].kept;
            assert_eq!(kept, Some(session.end), "{session:?} was taken and not answered");
        }
    }

    /// All that was ever sent, each once with its latest end; for when all of it was acknowledged.
    #[track_caller]
    pub fn all(&self) -> Vec<Session> {
        let session = |((start, app), row): (&Key, &Row)| {
            let end = row.kept.expect("acknowledged");
            assert_eq!(row.sent.iter().max(), Some(&end));
            Session { start: *start, app: *app, end }
        };
        self.rows.iter().map(session).collect()
    }

    /// Some sessions that were sent, with their latest ends.
    pub fn some(&self, from: i64, count: usize) -> Vec<Session> {
        let session = |((start, app), row): (&Key, &Row)| Session {
            start: *start,
            app: *app,
            end: *row.sent.iter().max().unwrap(),
        };
        self.rows.range((from, 0)..).take(count).map(session).collect()
    }

    pub fn first(&self) -> Option<i64> {
        self.rows.keys().next().map(|(start, _)| *start)
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }
}

impl Expected {
    /// The receipt says what happened.
    #[track_caller]
    pub fn check(&self, receipt: &Value) {
        let number = |name: &str| receipt[name].as_u64().unwrap() as usize;
        let (accepted, updated, duplicates) = (number("accepted"), number("updated"), number("duplicates"));
        assert_eq!(receipt["rejected"], serde_json::json!([]));
        assert_eq!(accepted + updated + duplicates, self.rows, "{receipt}");
        assert!(self.accepted.contains(&accepted), "{self:?}, but was told {receipt}");
        assert!(self.updated.contains(&updated), "{self:?}, but was told {receipt}");
    }
}

/// What sessions add up to between two instants, in milliseconds: each for itself, and their union.
pub fn totals<'a>(sessions: impl Iterator<Item = &'a Session>, from: i64, to: i64) -> (i64, i64) {
    let cut = |session: &Session| (session.start.max(from), session.end.min(to));
    let mut spans: Vec<(i64, i64)> = sessions.map(cut).filter(|(start, end)| start < end).collect();
    spans.sort_unstable();
    let total = spans.iter().map(|(start, end)| end - start).sum();
    let (mut active, mut until) = (0, i64::MIN);
    for (start, end) in spans {
        active += (end - start.max(until)).max(0);
        until = until.max(end);
    }
    (total, active)
}
