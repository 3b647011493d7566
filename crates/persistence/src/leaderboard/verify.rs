//! Whether standings add up to what is kept of them.

use super::*;

/// Standings of nobody who is there.
///
/// # Errors
/// `Unavailable`.
pub fn list_orphans(conn: &mut Conn) -> Result<Vec<UserId>> {
    let orphans = diesel::dsl::sql::<Id>(
        "SELECT s.user_id FROM standings s WHERE NOT EXISTS (SELECT FROM users u WHERE u.user_id = s.user_id)",
    );
    Ok(orphans.load::<Uuid>(conn)?.into_iter().map(UserId).collect())
}

/// Those of `users` whose standings are due.
///
/// # Errors
/// `Unavailable`.
pub fn list_due(conn: &mut Conn, users: &[UserId]) -> Result<Vec<UserId>> {
    let users: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    let due =
        standings_due::table.filter(standings_due::user_id.eq_any(users)).select(standings_due::user_id);
    Ok(due.distinct().load::<Uuid>(conn)?.into_iter().map(UserId).collect())
}

/// All standings as they are kept, a thousand at a time.
///
/// # Errors
/// `Unavailable`.
pub fn each(conn: &mut Conn, mut work: impl FnMut(Standing)) -> Result<()> {
    let mut after = Uuid::nil();
    loop {
        let page =
            standings::table.filter(standings::user_id.gt(after)).order(standings::user_id).limit(1000);
        let rows = page.select(Row::as_select()).load::<Row>(conn)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.user_id;
        rows.into_iter().map(Standing::from).for_each(&mut work);
    }
}

/// What is kept of what standings add up to, in words that `domain` has for it.
///
/// # Errors
/// `Unavailable`.
pub fn find_sums(conn: &mut Conn) -> Result<Changes> {
    use crate::schema::standing_days;
    let (people, visible, sessions, focus_min) = focus_summary::table
        .find(true)
        .select((
            focus_summary::people,
            focus_summary::visible,
            focus_summary::sessions,
            focus_summary::focus_min,
        ))
        .first::<(i64, i64, i64, i64)>(conn)?;
    let days = standing_days::table.load::<(NaiveDate, i64)>(conn)?.into_iter().collect();
    let rows = standing_counts::table.load::<(String, NaiveDate, i16, i64, i64)>(conn)?;
    let counts = rows.into_iter().map(|(board, since, level, bucket, people)| {
        // What nobody knows is of a name that no sum has.
        let board = counts::NAMES.into_iter().find(|name| *name == board).unwrap_or("?");
        ((board, since, level, bucket), people)
    });
    let counts = counts.collect();
    Ok(Changes { people, visible, sessions, focus_min, days, counts }.trimmed())
}
