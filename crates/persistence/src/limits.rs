//! How much of what they may ask in a minute everybody has used, over all servers on this database.
//!
//! A bucket a key, by the generic cell rate algorithm (GCRA, ITU-T I.371): all that is kept of it is when it will be
//! full. It is the database's clock that counts, which is one for all servers.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Integer};

use crate::{Conn, Error, Result};

/// What a bucket is like.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    /// How long it takes to fill up by one request.
    pub token: Duration,
    /// How long it takes to fill up from nothing.
    pub whole: Duration,
}

/// What was lent of a bucket.
#[derive(Clone, Debug)]
pub struct Loan {
    /// Whose.
    pub key: Vec<u8>,
    /// Requests: as many as were asked for, or as fit.
    pub lent: u32,
    /// How long it takes from now until the bucket is full.
    pub full_in: Duration,
}

// A row that is not there is a full bucket, of which at least what is asked for fits. One that is there may have been
// changed by somebody else meanwhile: the row as it is now decides. Rows are locked in the order of their keys. (The
// text names again, by number, what it was handed before: $3 and $4 are a bucket's two times in microseconds.)
statement!(
    Lend { keys: [&'a [u8]] => Array<Binary>, asked: [i32] => Array<Integer>, token: i64 => BigInt, whole: i64 => BigInt }
    -> (Binary, Integer, BigInt) {
        "WITH asks AS (SELECT * FROM unnest(?, ?) AS asks (key, asked)), \
              bucket AS (SELECT ? * interval '1 microsecond' AS token, ? * interval '1 microsecond' AS whole), \
              clock AS MATERIALIZED (SELECT clock_timestamp() AS now) \
         INSERT INTO rate_limits AS kept (key, full_at, lent) \
         SELECT key, now + asked * token, asked FROM asks, bucket, clock ORDER BY key \
         ON CONFLICT (key) DO UPDATE SET (full_at, lent) = ( \
           SELECT used + fit * token, fit \
           FROM bucket, \
             LATERAL (SELECT EXCLUDED.full_at - EXCLUDED.lent * token AS now) AS clock, \
             LATERAL (SELECT GREATEST(kept.full_at, now) AS used) AS bucket_now, \
             LATERAL (SELECT div((extract(epoch FROM now + whole - used) * 1000000)::bigint, $3) AS room) AS rest, \
             LATERAL (SELECT LEAST(EXCLUDED.lent, GREATEST(room, 0))::integer AS fit) AS loan) \
         RETURNING key, lent, (extract(epoch FROM full_at - clock_timestamp()) * 1000000)::bigint"
    }
);

/// Lends of buckets of one kind: of each key, which must not be there twice, so many requests as are asked for (no more
/// than a full bucket holds), or as fit. The loans are in no order.
///
/// # Errors
/// `Unavailable`.
pub fn lend(conn: &mut Conn, bucket: Bucket, asks: &[(&[u8], u32)]) -> Result<Vec<Loan>> {
    let (keys, asked): (Vec<&[u8]>, Vec<i32>) =
        asks.iter().map(|(key, asked)| (*key, i32::try_from(*asked).unwrap_or(i32::MAX))).unzip();
    let (token, whole) = (microseconds(bucket.token), microseconds(bucket.whole));
    let lend = Lend { keys: &keys, asked: &asked, token: &token, whole: &whole };
    let rows = lend.load::<(Vec<u8>, i32, i64)>(conn)?;
    let loan = |(key, lent, full_in): (Vec<u8>, i32, i64)| {
        let lent = u32::try_from(lent).map_err(|_| Error::Damaged("rate_limits.lent"))?;
        // One that is full by now is full in no time.
        Ok(Loan { key, lent, full_in: Duration::from_micros(u64::try_from(full_in).unwrap_or(0)) })
    };
    rows.into_iter().map(loan).collect()
}

fn microseconds(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

statement!(
    Forget { most: i64 => BigInt } -> () {
        "DELETE FROM rate_limits WHERE key IN ( \
           SELECT key FROM rate_limits WHERE full_at < clock_timestamp() ORDER BY full_at LIMIT ? FOR UPDATE SKIP LOCKED)"
    }
);

/// Forgets full buckets, at most so many: they are as good as none.
///
/// # Errors
/// `Unavailable`.
pub fn delete_full(conn: &mut Conn, most: i64) -> Result<usize> {
    Ok(Forget { most: &most }.execute(conn)?)
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::Link;
    use crate::testing::migrated;

    /// 60 a minute, one a second.
    const BUCKET: Bucket = Bucket { token: Duration::from_secs(1), whole: Duration::from_secs(60) };

    fn lent(link: &mut Link, key: &[u8], asked: u32) -> (u32, f64) {
        let loans = lend(&mut link.conn, BUCKET, &[(key, asked)]).unwrap();
        assert_eq!((loans.len(), loans[0].key.as_slice()), (1, key));
        (loans[0].lent, loans[0].full_in.as_secs_f64())
    }

    fn pass(link: &mut Link, seconds: u32) {
        let sql = format!("UPDATE rate_limits SET full_at = full_at - interval '{seconds} s'");
        link.conn.batch_execute(&sql).unwrap();
    }

    #[track_caller]
    fn about((lent, full_in): (u32, f64), wanted: (u32, f64)) {
        assert!(
            lent == wanted.0 && (wanted.1 - 0.5..=wanted.1).contains(&full_in),
            "{lent} {full_in} {wanted:?}"
        );
    }

    #[test]
    fn a_bucket_is_emptied_and_fills_up_evenly() {
        let mut link = migrated();
        about(lent(&mut link, b"a", 50), (50, 50.0));
        about(lent(&mut link, b"a", 20), (10, 60.0));
        about(lent(&mut link, b"a", 20), (0, 60.0));
        about(lent(&mut link, b"b", 1), (1, 1.0));
        pass(&mut link, 3);
        about(lent(&mut link, b"a", 20), (3, 60.0));
        about(lent(&mut link, b"a", 1), (0, 60.0));
        pass(&mut link, 3600);
        about(lent(&mut link, b"a", 60), (60, 60.0));
        about(lent(&mut link, b"a", 1), (0, 60.0));
    }

    #[test]
    fn many_at_once_are_many_one_by_one() {
        let mut link = migrated();
        lent(&mut link, b"b", 59);
        let asks: Vec<(&[u8], u32)> = vec![(b"c", 7), (b"a", 60), (b"b", 5)];
        let mut loans = lend(&mut link.conn, BUCKET, &asks).unwrap();
        loans.sort_by(|one, other| one.key.cmp(&other.key));
        assert_eq!(loans.iter().map(|loan| loan.lent).collect::<Vec<_>>(), [60, 1, 7]);
        assert!(lend(&mut link.conn, BUCKET, &[]).unwrap().is_empty());
    }

    #[test]
    fn full_ones_are_forgotten_some_at_a_time() {
        let mut link = migrated();
        for key in 0..5_u8 {
            lent(&mut link, &[key], 2);
        }
        assert_eq!(delete_full(&mut link.conn, 10).unwrap(), 0);
        pass(&mut link, 5);
        lent(&mut link, &[9], 2);
        assert_eq!(delete_full(&mut link.conn, 3).unwrap(), 3);
        assert_eq!(delete_full(&mut link.conn, 10).unwrap(), 2);
        assert_eq!(lent(&mut link, &[9], 60).0, 58);
    }
}
