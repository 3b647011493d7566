//! What things are and the rules they obey.
//!
//! This crate owns the entities, the shapes they have in JSON and every rule that needs nothing but
//! values: where a local day begins, what a session adds to a day, which rows of a batch are good.
//! It deliberately knows no SQL, no HTTP, no clock, no environment and no logging: whoever calls is
//! handed-in `now` and the rows.
//!
//! Start reading at [`days`] (what a day is), then [`usage`] (what a device reports and what becomes of it).

pub mod accounts;
pub mod admin;
pub mod analytics;
pub mod archive;
pub mod audit;
pub mod categories;
pub mod consumption;
pub mod csv;
pub mod days;
pub mod devices;
pub mod events;
pub mod focus;
pub mod garden;
pub mod ids;
pub mod imports;
pub mod insights;
pub mod instants;
pub mod json;
pub mod leaderboard;
mod leb128;
pub mod live;
pub mod meters;
pub mod numbers;
pub mod pages;
pub mod passwords;
pub mod projects;
pub mod sign_in;
pub mod text;
pub mod time_entries;
pub mod tokens;
pub mod usage;
pub mod valid;
pub mod webhooks;
