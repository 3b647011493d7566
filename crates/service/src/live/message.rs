//! What processes tell each other, as text: who tells, then what has happened, part by part.
//!
//! ```text
//! <process> <user>/usage.synced/<device>/<microseconds since 1970> <user>/access *
//! ```
//!
//! `*` stands for more than could be said. What a reader does not know is of another version of this program, and passed over.

use chrono::DateTime;
use domain::ids::UserId;
use domain::live::{Event, Kind};
use persistence::live::MOST_BYTES;
use uuid::Uuid;

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Something has happened to the account.
    Event(UserId, Event),
    /// Something of the account has lost access.
    Access(UserId),
    /// Anything may have happened to anybody.
    Everything,
}

const ACCESS: &str = "access";
const EVERYTHING: &str = "*";

impl Part {
    fn write(self) -> String {
        match self {
            Part::Event(user, Event { kind, id, at }) => {
                format!("{}/{}/{}/{}", user.0.simple(), kind.as_str(), id.simple(), at.timestamp_micros())
            }
            Part::Access(user) => format!("{}/{ACCESS}", user.0.simple()),
            Part::Everything => EVERYTHING.to_owned(),
        }
    }

    fn read(text: &str) -> Option<Part> {
        if text == EVERYTHING {
            return Some(Part::Everything);
        }
        let mut words = text.split('/');
        let user = UserId(words.next()?.parse().ok()?);
        match words.next()? {
            ACCESS => Some(Part::Access(user)),
            name => {
                let id: Uuid = words.next()?.parse().ok()?;
                let at = DateTime::from_timestamp_micros(words.next()?.parse().ok()?)?;
                Some(Part::Event(user, Event { kind: Kind::named(name)?, id, at }))
            }
        }
    }
}

/// Messages that hold all of `parts`, each as long as it may be.
pub(super) fn write(process: u64, parts: impl Iterator<Item = Part>) -> Vec<String> {
    let head = format!("{process:016x}");
    let mut messages: Vec<String> = Vec::new();
    for part in parts.map(Part::write) {
        match messages.last_mut() {
            Some(last) if last.len() + 1 + part.len() <= MOST_BYTES => {
                last.push(' ');
                last.push_str(&part);
            }
            _ => messages.push(format!("{head} {part}")),
        }
    }
    messages
}

/// What another process has told; nothing of what `process` itself has.
pub(super) fn read(process: u64, message: &str) -> impl Iterator<Item = Part> {
    let (head, parts) = message.split_once(' ').unwrap_or_default();
    let own = u64::from_str_radix(head, 16) == Ok(process);
    parts.split(' ').filter(move |_| !own).filter_map(Part::read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(count: u128) -> Vec<Part> {
        let at = "2026-11-21T12:00:00.000001Z".parse().unwrap();
        let mut parts: Vec<Part> = (0..count)
            .map(|number| {
                let kind = Kind::ALL[usize::try_from(number % 8).unwrap()];
                Part::Event(UserId(Uuid::from_u128(number)), Event::new(kind, Uuid::from_u128(!number), at))
            })
            .collect();
        parts.extend([Part::Access(UserId(Uuid::from_u128(7))), Part::Everything]);
        parts
    }

    #[test]
    fn what_is_written_is_read_and_fits() {
        for count in [0, 1, 90, 1000] {
            let parts = parts(count);
            let messages = write(1, parts.iter().copied());
            assert!(messages.iter().all(|message| message.len() <= MOST_BYTES));
            let most = usize::try_from(count).unwrap() / 80 + 1;
            assert!(messages.len() <= most, "{} messages of {count}", messages.len());
            let heard: Vec<Part> = messages.iter().flat_map(|message| read(2, message)).collect();
            assert_eq!(heard, parts);
        }
        assert_eq!(write(1, std::iter::empty()), [""; 0]);
    }

    #[test]
    fn ones_own_is_passed_over() {
        let messages = write(0xabc, parts(100).into_iter());
        assert_eq!(messages.iter().flat_map(|message| read(0xabc, message)).count(), 0);
    }

    #[test]
    fn what_is_unknown_is_passed_over() {
        let user = Uuid::from_u128(9).simple();
        let text = format!(
            "01 {user}/new.kind/{user}/1 {user} nonsense // {user}/usage.synced/{user} {user}/access/more"
        );
        assert_eq!(read(2, &text).collect::<Vec<_>>(), [Part::Access(UserId(Uuid::from_u128(9)))]);
        for text in ["", " ", "nonsense", "01 ", "01"] {
            assert_eq!(read(2, text).count(), 0, "{text}");
        }
    }
}
