//! What each app of a device adds up to on a day.

use std::ops::Range;

use crate::leb128::{read, read_text, write, write_text};
use crate::usage::Kind;
use crate::usage::rollup::Tally;

/// Apps and websites with their time and sessions. It is a sum: the order of adding does not matter.
#[derive(Clone, Debug, Default)]
pub struct Apps {
    /// In order of kind and name, each once.
    sums: Vec<Sum>,
    /// The names of all, in any order.
    names: String,
}

#[derive(Clone, Debug)]
struct Sum {
    kind: Kind,
    /// Where its name is.
    name: Range<usize>,
    tally: Tally,
}

impl Apps {
    fn with_capacity(count: usize, names: usize) -> Apps {
        Apps { sums: Vec::with_capacity(count), names: String::with_capacity(names) }
    }

    fn key(&self, sum: &Sum) -> (Kind, &str) {
        (sum.kind, self.names.get(sum.name.clone()).unwrap_or_default())
    }

    fn insert(&mut self, place: usize, kind: Kind, app: &str, tally: Tally) {
        let from = self.names.len();
        self.names.push_str(app);
        self.sums.insert(place, Sum { kind, name: from..self.names.len(), tally });
    }

    /// Adds to one app.
    pub fn add(&mut self, kind: Kind, app: &str, tally: Tally) {
        let place = self.sums.binary_search_by(|sum| self.key(sum).cmp(&(kind, app)));
        match place.map(|place| self.sums.get_mut(place)) {
            Ok(Some(sum)) => sum.tally.add(tally),
            Ok(None) => {}
            Err(place) => self.insert(place, kind, app, tally),
        }
    }

    /// Adds one that is not before the last.
    fn push(&mut self, (kind, app, tally): (Kind, &str, Tally)) {
        let is_last = self.sums.last().is_some_and(|last| self.key(last) == (kind, app));
        match self.sums.last_mut() {
            Some(last) if is_last => last.tally.add(tally),
            _ => self.insert(self.sums.len(), kind, app, tally),
        }
    }

    /// Adds all that `other` holds: both are in order, and are gone through once.
    pub fn add_all(&mut self, other: &Apps) {
        let (count, names) = (self.sums.len() + other.sums.len(), self.names.len() + other.names.len());
        let mut merged = Apps::with_capacity(count, names);
        let (mut ours, mut theirs) = (self.iter().peekable(), other.iter().peekable());
        loop {
            let next = match (ours.peek(), theirs.peek()) {
                (Some((k, a, _)), Some((kind, app, _))) if (kind, app) < (k, a) => theirs.next(),
                (Some(_), _) => ours.next(),
                (None, _) => theirs.next(),
            };
            let Some(next) = next else { break };
            merged.push(next);
        }
        drop(ours);
        *self = merged;
    }

    /// Each app once.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, &str, Tally)> {
        self.sums.iter().map(|sum| {
            let (kind, app) = self.key(sum);
            (kind, app, sum.tally)
        })
    }

    /// As they are stored: the kind (0 an app, 1 a website), the length of the name and the name in UTF-8, then
    /// milliseconds, sessions that touch the day, and sessions that start on it; numbers in LEB128.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let number = |number: i64, bytes: &mut Vec<u8>| write(number.unsigned_abs(), bytes);
        for (kind, app, tally) in self.iter() {
            number(i64::from(kind == Kind::Website), &mut bytes);
            write_text(app, &mut bytes);
            number(tally.duration_ms, &mut bytes);
            number(tally.session_count, &mut bytes);
            number(tally.started_count, &mut bytes);
        }
        bytes
    }

    /// What [`Apps::encode`] wrote; nothing where the bytes are not that.
    #[must_use]
    pub fn decode(mut bytes: &[u8]) -> Option<Apps> {
        // One takes about so much.
        let mut apps = Apps::with_capacity(bytes.len() / 16, bytes.len());
        while !bytes.is_empty() {
            let kind = match read(&mut bytes)? {
                0 => Kind::App,
                1 => Kind::Website,
                _ => return None,
            };
            let app = read_text(&mut bytes)?;
            let mut number = || i64::try_from(read(&mut bytes)?).ok();
            let tally = Tally { duration_ms: number()?, session_count: number()?, started_count: number()? };
            if apps.sums.last().is_some_and(|last| apps.key(last) >= (kind, app)) {
                return None;
            }
            apps.insert(apps.sums.len(), kind, app, tally);
        }
        Some(apps)
    }
}

impl PartialEq for Apps {
    fn eq(&self, other: &Apps) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Apps {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    prop_compose! {
        fn apps()(rows in prop::collection::vec((any::<bool>(), ".{0,12}", 0..i64::MAX / 64, 0..1000_i64, 0..1000_i64), 0..40)) -> Vec<(Kind, String, Tally)> {
            rows.into_iter().map(|(website, app, duration_ms, session_count, started_count)| {
                let kind = if website { Kind::Website } else { Kind::App };
                (kind, app, Tally { duration_ms, session_count, started_count })
            }).collect()
        }
    }

    fn sum<'a>(rows: impl IntoIterator<Item = &'a (Kind, String, Tally)>) -> Apps {
        let mut sum = Apps::default();
        for (kind, app, tally) in rows {
            sum.add(*kind, app, *tally);
        }
        sum
    }

    proptest! {
        #[test]
        fn order_does_not_matter(rows in apps(), cut in 0_usize..40) {
            let whole = sum(&rows);
            let cut = cut.min(rows.len());
            let mut parts = sum(&rows[cut..]);
            parts.add_all(&sum(&rows[..cut]));
            prop_assert_eq!(parts, whole);
        }

        #[test]
        fn is_read_as_it_was_written(rows in apps()) {
            let apps = sum(&rows);
            prop_assert_eq!(Apps::decode(&apps.encode()), Some(apps));
        }

        #[test]
        fn what_is_cut_off_is_not_read(rows in apps(), end in 1_usize..4) {
            let bytes = sum(&rows).encode();
            if bytes.len() > end {
                prop_assert!(Apps::decode(&bytes[..bytes.len() - end]) != Some(sum(&rows)));
            }
        }
    }

    #[test]
    fn what_is_no_list_of_apps_is_not_read() {
        let twice = [0, 1, b'x', 0, 0, 0].repeat(2);
        for bytes in
            [&[2, 0, 0, 0, 0][..], &[0, 9, b'x'], &[0, 1, 0xff, 0, 0, 0], &[0; 4], &[0x80; 20], &twice]
        {
            assert_eq!(Apps::decode(bytes), None, "{bytes:?}");
        }
    }
}
