//! Passwords are hashed and compared with bcrypt (Provos and Mazières, 1999). It takes a quarter of a second of a
//! processor, so that whoever calls does so where that harms nobody, and holds no connection meanwhile.

use domain::passwords::{Blocklist, MOST_BYTES, Password};

use crate::{Error, Result};

/// How it is done.
#[derive(Clone, Copy)]
pub struct Passwords {
    cost: u32,
    blocklist: Blocklist,
}

/// A password that was hashed.
pub struct Hash(pub(crate) String);

impl Passwords {
    /// With bcrypt's `cost`, in which the work doubles with each step, and without the passwords of `blocklist`.
    #[must_use]
    pub fn new(cost: u32, blocklist: Blocklist) -> Passwords {
        Passwords { cost, blocklist }
    }

    /// Refuses what everybody tries first. `field` is what the password is called.
    pub(crate) fn check(&self, password: &Password, field: &str) -> Result<()> {
        Ok(self.blocklist.check(password, field)?)
    }

    /// The hash that is kept. Input that was checked is never longer than bcrypt reads, so that nothing is cut.
    ///
    /// # Errors
    /// `Internal`.
    pub fn hash(&self, password: &Password) -> Result<Hash> {
        if password.expose().len() > MOST_BYTES {
            return Err(Error::Internal("a password that was not checked".into()));
        }
        bcrypt::hash(password.expose(), self.cost)
            .map(Hash)
            .map_err(|error| Error::Internal(error.to_string()))
    }

    /// Whether `password` is the one of `hash`. Without a hash it is not, and takes as long to be found out.
    #[must_use]
    pub fn verify(&self, password: &Password, hash: Option<&str>) -> bool {
        let nobodys = format!("$2b${:02}${NOBODYS}", self.cost);
        // Too long to be anybody's; no quicker for that.
        let (typed, hash) = match password.expose() {
            text if text.len() > MOST_BYTES => ("", None),
            text => (text, hash),
        };
        let same = bcrypt::verify(typed, hash.unwrap_or(&nobodys)).unwrap_or(false);
        same && hash.is_some()
    }
}

/// Salt and hash of no password.
const NOBODYS: &str = "abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01232";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_password_is_it() {
        let passwords = Passwords::new(4, Blocklist::Common);
        let password = |text: &str| Password::new(text.into());
        let Hash(hash) = passwords.hash(&password("caf\u{e9} au lait")).unwrap();
        assert!(passwords.verify(&password("caf\u{e9} au lait"), Some(&hash)));
        for other in ["cafe\u{301} au lait", "Caf\u{e9} au lait", "", &"x".repeat(100)] {
            assert!(!passwords.verify(&password(other), Some(&hash)), "{other}");
        }
        assert!(!passwords.verify(&password("caf\u{e9} au lait"), None));
        let long = "x".repeat(72);
        let Hash(hash) = passwords.hash(&password(&long)).unwrap();
        assert!(!passwords.verify(&password(&format!("{long}y")), Some(&hash)));
    }

    #[test]
    fn nobodys_hash_takes_as_long() {
        let passwords = Passwords::new(8, Blocklist::Common);
        let typed = Password::new("whatever it is".into());
        let Hash(hash) = passwords.hash(&typed).unwrap();
        let time = |hash: Option<&str>| {
            let began = std::time::Instant::now();
            std::hint::black_box(passwords.verify(&typed, hash));
            began.elapsed().as_secs_f64()
        };
        // The quickest of many, in turn: what else runs only makes some of them slower.
        let (mut known, mut unknown) = (f64::MAX, f64::MAX);
        for _ in 0..15 {
            known = known.min(time(Some(&hash)));
            unknown = unknown.min(time(None));
        }
        assert!((0.5..2.0).contains(&(unknown / known)), "{known} {unknown}");
    }
}
