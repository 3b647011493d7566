//! Files of consumption that are read: what each added can be taken back as a whole.

use crate::ids::ImportId;

/// One file that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Import {
    /// The import.
    pub id: ImportId,
    /// It is the account's first, second, …: where two say something of the same interval, the later counts.
    pub number: i32,
}
