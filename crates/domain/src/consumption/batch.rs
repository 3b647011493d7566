//! Many records in one body: all are taken, or those that are wrong are named.

use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{Consumption, NewConsumption};

/// Records a batch may have at the most.
pub const MOST_RECORDS: usize = 10_000;

/// What may be sent: a record, or a list of them. (It describes the body; the list is read record by record.)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Sent {
    /// One.
    One(NewConsumption),
    /// Up to 10,000: all are kept or none.
    Many(NewConsumptions),
}

/// Up to 10,000 records: all are kept or none.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewConsumptions {
    /// The records.
    #[schema(max_items = 10_000)]
    pub records: Vec<NewConsumption>,
}

/// Whether a body holds a list, each record as its text.
#[derive(Debug, Deserialize)]
pub struct Records<'a> {
    /// The list, if it is there.
    #[serde(borrow, default)]
    pub records: Option<Vec<&'a RawValue>>,
}

/// What was kept.
#[derive(Clone, Debug, serde::Serialize, ToSchema)]
#[serde(untagged)]
pub enum Kept {
    /// The record.
    One(Box<Consumption>),
    /// The records, in the order in which they were sent.
    Many {
        /// The records.
        records: Vec<Consumption>,
        /// How many there are.
        total: usize,
    },
}
