//! What server processes on one database tell each other (LISTEN and NOTIFY). A hint, never the truth: who was away
//! missed it. On a distributed database it is the coordinator's, where all servers are.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Text};

use crate::{Conn, Error, Link, Result};

/// Bytes that one message may have: PostgreSQL takes less than 8000.
pub const MOST_BYTES: usize = 7900;

statement! {
    /// `pg_notify` gives nothing that could be read.
    Tell { messages: Vec<String> => Array<Text> } -> Integer {
        "SELECT count(pg_notify('almanac_live', message))::int FROM unnest(?) AS message"
    }
}

/// Tells `messages` of at most [`MOST_BYTES`] to all who listen, this process included.
///
/// # Errors
/// `Unavailable`.
pub fn tell(conn: &mut Conn, messages: &Vec<String>) -> Result<()> {
    Tell { messages }.get_result::<i32>(conn)?;
    Ok(())
}

/// From now on messages are kept on this connection until they are taken.
///
/// # Errors
/// `Unavailable`.
pub fn listen(link: &mut Link) -> Result<()> {
    Ok(link.conn.batch_execute("LISTEN almanac_live")?)
}

/// The messages that have arrived. Asks nothing of the database: it looks whether the socket holds anything.
///
/// # Errors
/// `Unavailable`: the connection is at its end.
pub fn take(link: &mut Link) -> Result<Vec<String>> {
    let gone = |error: diesel::result::Error| Error::Unavailable(error.to_string());
    link.conn.notifications_iter().map(|one| one.map(|message| message.payload).map_err(gone)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{connect, testing};

    #[test]
    fn what_is_told_is_heard_by_who_listens() {
        let mut link = testing::migrated();
        let name: String = diesel::select(diesel::dsl::sql::<Text>("current_database()::text"))
            .get_result(&mut link.conn)
            .unwrap();
        let mut deaf = connect(&testing::url(&name)).unwrap();
        let mut other = connect(&testing::url(&name)).unwrap();
        listen(&mut other).unwrap();
        assert_eq!(take(&mut other).unwrap(), [""; 0]);
        tell(&mut link.conn, &vec!["a 'b' \\ c".into(), "x".repeat(MOST_BYTES)]).unwrap();
        let mut heard = Vec::new();
        for _ in 0..200 {
            heard.extend(take(&mut other).unwrap());
            if heard.len() == 2 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert_eq!(heard, ["a 'b' \\ c".to_owned(), "x".repeat(MOST_BYTES)]);
        assert_eq!(take(&mut deaf).unwrap(), [""; 0]);
        tell(&mut link.conn, &vec![]).unwrap();

        // Who is cut off learns of it without asking.
        link.conn
            .batch_execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND query LIKE 'LISTEN%'",
            )
            .unwrap();
        let cut = (0..200).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            take(&mut other).is_err()
        });
        assert!(cut);
    }
}
