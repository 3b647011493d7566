//! Diesel and nothing but: tables, queries, the pool, the migrations and the transaction.
//!
//! Functions take the connection first, then the account whose rows they are, and open no transaction. They
//! know no rules: who may do a thing, and what else must happen, is the service's. What comes out are the
//! domain's types; rows are private.
//!
//! Start reading at [`transaction`] (the two walls between tenants), then [`usage`].

mod copy;
mod error;
mod migrations;
mod pool;
#[rustfmt::skip]
mod schema;
#[macro_use]
mod statement;

#[cfg(test)]
mod testing;

pub mod accounts;
pub mod admin;
pub mod archive;
pub mod audit;
pub mod consumption;
pub mod devices;
pub mod events;
pub mod focus;
pub mod garden;
pub mod imports;
pub mod insights;
pub mod leaderboard;
pub mod limits;
pub mod live;
pub mod meters;
pub mod pairing;
pub mod projects;
pub mod sign_in;
pub mod time_entries;
pub mod tokens;
pub mod transaction;
pub mod usage;
pub mod webhooks;

/// A connection inside a transaction.
pub type Conn = diesel::PgConnection;
pub use copy::FEW;
pub use error::Error;
pub use migrations::{make_tenant_role, migrate, pending, revert};
pub use pool::{Link, Pool, Pooled, connect};

/// What a query gives.
pub type Result<T> = std::result::Result<T, Error>;
