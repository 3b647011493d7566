//! What completed sessions add up to, by the local day on which they started.

use chrono::NaiveDate;
use domain::focus::stats::FocusDay;

use super::*;
use crate::schema::focus_days;

/// A day has no session any more.
///
/// # Errors
/// `Unavailable`.
pub fn delete(conn: &mut Conn, user: UserId, date: NaiveDate) -> Result<()> {
    diesel::delete(focus_days::table.find((user.0, date))).execute(conn)?;
    Ok(())
}

/// Days in `first..=last` that have a session, in their order.
///
/// # Errors
/// `Unavailable`.
pub fn list(conn: &mut Conn, user: UserId, first: NaiveDate, last: NaiveDate) -> Result<Vec<FocusDay>> {
    let rows = focus_days::table
        .filter(focus_days::user_id.eq(user.0))
        .filter(focus_days::date.between(first, last))
        .order(focus_days::date)
        .select((focus_days::date, focus_days::focus_min, focus_days::sessions))
        .load::<(NaiveDate, i32, i32)>(conn)?;
    let day = |(date, focus_min, sessions): (NaiveDate, i32, i32)| FocusDay {
        date,
        focus_min: focus_min.into(),
        sessions_completed: sessions.into(),
    };
    Ok(rows.into_iter().map(day).collect())
}

/// All days that have a session, in their order.
///
/// # Errors
/// `Unavailable`.
pub fn list_dates(conn: &mut Conn, user: UserId) -> Result<Vec<NaiveDate>> {
    let days = focus_days::table.filter(focus_days::user_id.eq(user.0)).order(focus_days::date);
    Ok(days.select(focus_days::date).load(conn)?)
}

/// Puts these days in place of all from `first` on.
///
/// # Errors
/// `Unavailable`.
pub fn replace_from(conn: &mut Conn, user: UserId, first: NaiveDate, days: &[FocusDay]) -> Result<()> {
    diesel::delete(
        focus_days::table.filter(focus_days::user_id.eq(user.0)).filter(focus_days::date.ge(first)),
    )
    .execute(conn)?;
    for chunk in days.chunks(1000) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|day| {
                (
                    focus_days::user_id.eq(user.0),
                    focus_days::date.eq(day.date),
                    focus_days::focus_min.eq(i32::try_from(day.focus_min).unwrap_or(i32::MAX)),
                    focus_days::sessions.eq(i32::try_from(day.sessions_completed).unwrap_or(i32::MAX)),
                )
            })
            .collect();
        diesel::insert_into(focus_days::table).values(rows).execute(conn)?;
    }
    Ok(())
}
