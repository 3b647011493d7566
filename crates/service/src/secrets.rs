//! Secrets that the server makes. None is kept but as its SHA-256, so that who reads the database can use none of them;
//! except those of webhooks, by which signatures are made anew.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rand::{Rng, RngExt};
use sha2::{Digest, Sha256};

/// Letters and digits that are not taken for each other.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// 256 random bits, for programs.
pub(crate) fn new_key() -> String {
    URL_SAFE_NO_PAD.encode(random())
}

/// The same as Standard Webhooks write them.
pub(crate) fn new_standard_key() -> String {
    STANDARD.encode(random())
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// Groups of four letters, 20 random bits each, for people to type: `K7QM-3XWD`.
pub(crate) fn new_code(groups: usize) -> String {
    let letter = || LETTERS.get(rand::rng().random_range(0..LETTERS.len())).copied().map_or('2', char::from);
    let group = || (0..4).map(|_| letter()).collect::<String>();
    (0..groups).map(|_| group()).collect::<Vec<_>>().join("-")
}

/// What is kept of a key.
pub(crate) fn key_hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}

/// What is kept of a code: the same however it is typed, in any case, with or without the dashes.
pub(crate) fn code_hash(code: &str) -> Vec<u8> {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    key_hash(&letters.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = new_code(3);
        assert_eq!((code.len(), code.matches('-').count()), (14, 2));
        assert_eq!(code_hash(&code), code_hash(&format!(" {} ", code.to_lowercase().replace('-', " "))));
        assert_ne!(code_hash(&code), code_hash(&new_code(3)));
    }
}
