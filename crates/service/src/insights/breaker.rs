//! A breaker: who fails several times in a row is left alone for a while, and is tried by one first then.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row after which nobody asks.
const FAILURES: u32 = 5;
/// For how long.
const PAUSE: Duration = Duration::from_secs(60);

#[derive(Default)]
struct State {
    failures: u32,
    /// Until then nobody asks; after it one does.
    open_until: Option<Instant>,
}

/// Of one provider, for all accounts of this process.
#[derive(Default)]
pub(super) struct Breaker(Mutex<State>);

impl Breaker {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody may ask at `now`. It promises nothing.
    pub fn admits(&self, now: Instant) -> bool {
        self.state().open_until.is_none_or(|until| until <= now)
    }

    /// The same for who is about to ask. After a pause it is one who may: the others wait another.
    pub fn enter(&self, now: Instant) -> bool {
        let mut state = self.state();
        match state.open_until {
            Some(until) if now < until => false,
            Some(_) => {
                state.open_until = Some(now + PAUSE);
                true
            }
            None => true,
        }
    }

    /// It went well.
    pub fn succeed(&self) {
        *self.state() = State::default();
    }

    /// It did not.
    pub fn fail(&self, now: Instant) {
        let mut state = self.state();
        state.failures += 1;
        if state.failures >= FAILURES {
            state.open_until = Some(now + PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_in_a_row_open_it_and_one_success_closes_it() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        for _ in 0..4 {
            assert!(breaker.enter(start));
            breaker.fail(start);
        }
        breaker.succeed();
        for _ in 0..5 {
            assert!(breaker.admits(start) && breaker.enter(start));
            breaker.fail(start);
        }
        assert!(!breaker.admits(at(59)) && !breaker.enter(at(59)));
        // One tries; who comes meanwhile does not.
        assert!(breaker.admits(at(60)) && breaker.enter(at(60)));
        assert!(!breaker.enter(at(61)));
        breaker.fail(at(62));
        assert!(!breaker.enter(at(121)));
        assert!(breaker.enter(at(122)));
        breaker.succeed();
        assert!(breaker.enter(at(123)) && breaker.enter(at(123)));
    }
}
