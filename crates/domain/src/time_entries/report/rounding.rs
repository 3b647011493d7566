//! Rounding of entries, each by itself.

use super::cut::Piece;

/// How entries are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    way: Way,
    /// Milliseconds.
    step: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
    /// Half up.
    Nearest,
}

impl Rounding {
    /// Reads `up:15`.
    #[must_use]
    pub fn read(text: &str) -> Option<Rounding> {
        let (way, minutes) = text.split_once(':')?;
        let way = match way {
            "up" => Way::Up,
            "down" => Way::Down,
            "nearest" => Way::Nearest,
            _ => return None,
        };
        let minutes: i64 = minutes.parse().ok().filter(|minutes| (1..=1440).contains(minutes))?;
        Some(Rounding { way, step: minutes * 60_000 })
    }

    fn round(self, ms: i64) -> i64 {
        let more = match self.way {
            Way::Up => self.step - 1,
            Way::Down => 0,
            Way::Nearest => self.step / 2,
        };
        (ms + more) / self.step * self.step
    }

    /// Rounds an entry. What comes to it, comes to its last piece; what goes, goes from the last one that has it.
    pub(super) fn apply(self, pieces: &mut [Piece]) {
        let exact: i64 = pieces.iter().map(|(_, ms)| ms).sum();
        let mut more = self.round(exact) - exact;
        for (_, ms) in pieces.iter_mut().rev() {
            let change = more.max(-*ms);
            *ms += change;
            more -= change;
        }
    }
}
