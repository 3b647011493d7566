//! Plants. Each stands for a focus session and goes with it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Int2, Int4, Text, Timestamptz};
use domain::garden::Plant;
use domain::ids::{FocusSessionId, PlantId, UserId};
use uuid::Uuid;

use crate::error::one;
use crate::schema::garden;
use crate::{Conn, Result};

type Id = diesel::sql_types::Uuid;
type Shape = (Id, Id, Id, Int4, Text, Int2, Bool, BigInt, Int4, Timestamptz, Timestamptz);
type Row = (Uuid, Uuid, Uuid, i32, String, i16, bool, i64, i32, DateTime<Utc>, DateTime<Utc>);

/// A plant with what is known of it through its session.
macro_rules! plants {
    ($rest:literal) => {
        concat!(
            "SELECT g.id, g.user_id, g.session_id, g.plant_num, g.plant_type, g.growth_stage, g.withered, \
               (SELECT count(*) FROM garden a WHERE a.user_id = g.user_id), s.focus_min, s.started_at, g.created_at \
             FROM garden g JOIN focus_sessions s ON s.user_id = g.user_id AND s.id = g.session_id WHERE g.user_id = ? ",
            $rest
        )
    };
}

statement! {
    Find { user: Uuid => Id, id: Uuid => Id } -> Shape { plants!("AND g.id = ?") }
}

statement! {
    FindOf { user: Uuid => Id, session: Uuid => Id } -> Shape { plants!("AND g.session_id = ?") }
}

statement! {
    List {
        user: Uuid => Id,
        from: DateTime<Utc> => Timestamptz,
        to: DateTime<Utc> => Timestamptz,
        after: DateTime<Utc> => Timestamptz,
        after_id: Uuid => Id,
        limit: i64 => BigInt,
    } -> Shape {
        plants!(
            "AND s.started_at >= ? AND s.started_at < ? AND (s.started_at, g.id) < (?, ?) \
             ORDER BY s.started_at DESC, g.id DESC LIMIT ?"
        )
    }
}

statement! {
    Count { user: Uuid => Id, from: DateTime<Utc> => Timestamptz, to: DateTime<Utc> => Timestamptz } -> BigInt {
        "SELECT count(*) FROM garden g JOIN focus_sessions s ON s.user_id = g.user_id AND s.id = g.session_id \
         WHERE g.user_id = ? AND s.started_at >= ? AND s.started_at < ?"
    }
}

fn plant(row: Row) -> Plant {
    let (
        id,
        user,
        session,
        plant_num,
        plant_type,
        growth_stage,
        withered,
        total,
        focus_min,
        started_at,
        created_at,
    ) = row;
    Plant {
        id: PlantId(id),
        user_id: UserId(user),
        session_id: FocusSessionId(session),
        plant_num,
        plant_type,
        growth_stage,
        withered,
        total_plants: total,
        focus_min,
        started_at,
        created_at,
    }
}

/// Of which sessions: those that started in `from <= t < to`.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
}

/// Where in the list a plant stands.
pub type Place = (DateTime<Utc>, PlantId);

/// One plant of the account.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, id: PlantId) -> Result<Plant> {
    Ok(plant(Find { user: &user.0, id: &id.0 }.get_result(conn)?))
}

/// The plant of a session.
///
/// # Errors
/// `NotFound`.
pub fn find_of(conn: &mut Conn, user: UserId, session: FocusSessionId) -> Result<Plant> {
    Ok(plant(FindOf { user: &user.0, session: &session.0 }.get_result(conn)?))
}

/// Plants after `after`, newest session first.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Plant>> {
    let (after, PlantId(after_id)) = after.unwrap_or((filter.to, PlantId(Uuid::max())));
    let Filter { from, to } = filter;
    let list = List { user: &user.0, from, to, after: &after, after_id: &after_id, limit: &limit };
    Ok(list.load::<Row>(conn)?.into_iter().map(plant).collect())
}

/// How many plants `filter` selects.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId, filter: &Filter) -> Result<i64> {
    Ok(Count { user: &user.0, from: &filter.from, to: &filter.to }.get_result(conn)?)
}

/// The plant type that was chosen last.
///
/// # Errors
/// `Unavailable`.
pub fn find_last_type(conn: &mut Conn, user: UserId) -> Result<Option<String>> {
    let chosen = garden::table.filter(garden::user_id.eq(user.0)).order(garden::id.desc());
    Ok(chosen.select(garden::plant_type).first(conn).optional()?)
}

/// A plant that is to be.
#[derive(Clone, Debug)]
pub struct NewRow<'a> {
    /// The session it grows by.
    pub session: FocusSessionId,
    /// Its number; the next when absent.
    pub plant_num: Option<i32>,
    /// What it is.
    pub plant_type: &'a str,
    /// 0 to 5.
    pub stage: i16,
    /// Its session was given up.
    pub withered: bool,
    /// A client made it.
    pub chosen: bool,
}

/// Plants a plant.
///
/// # Errors
/// `Constraint("garden_session_key…")`: the session has one.
pub fn insert(
    conn: &mut Conn,
    user: UserId,
    id: PlantId,
    new: &NewRow<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let number = match new.plant_num {
        Some(number) => number,
        None => {
            let planted = garden::table.filter(garden::user_id.eq(user.0)).count().get_result::<i64>(conn)?;
            i32::try_from(planted + 1).unwrap_or(i32::MAX)
        }
    };
    diesel::insert_into(garden::table)
        .values((
            garden::user_id.eq(user.0),
            garden::id.eq(id.0),
            garden::session_id.eq(new.session.0),
            garden::plant_num.eq(number),
            garden::plant_type.eq(new.plant_type),
            garden::growth_stage.eq(new.stage),
            garden::withered.eq(new.withered),
            garden::chosen.eq(new.chosen),
            garden::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// What is to be different about a plant; what is absent stays.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = garden)]
pub struct Changes<'a> {
    /// What it is.
    pub plant_type: Option<&'a str>,
    /// Its number.
    pub plant_num: Option<i32>,
    /// The stage it has reached.
    pub growth_stage: Option<i16>,
    /// Its session was given up.
    pub withered: Option<bool>,
    /// A client made it.
    pub chosen: Option<bool>,
}

/// Changes a plant.
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut Conn, user: UserId, id: PlantId, changes: &Changes<'_>) -> Result<()> {
    one(diesel::update(garden::table.find((user.0, id.0))).set(changes).execute(conn)?)
}

/// Whether a client made the session's plant.
///
/// # Errors
/// `NotFound`: the session has none.
pub fn is_chosen(conn: &mut Conn, user: UserId, session: FocusSessionId) -> Result<bool> {
    let plant = garden::table.filter(garden::user_id.eq(user.0)).filter(garden::session_id.eq(session.0));
    Ok(plant.select(garden::chosen).first(conn)?)
}

/// Takes a plant out.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, user: UserId, id: PlantId) -> Result<()> {
    one(diesel::delete(garden::table.find((user.0, id.0))).execute(conn)?)
}

/// Takes out the plant of a session, where it has one.
///
/// # Errors
/// `Unavailable`.
pub fn delete_of(conn: &mut Conn, user: UserId, session: FocusSessionId) -> Result<()> {
    let plant = garden::table.filter(garden::user_id.eq(user.0)).filter(garden::session_id.eq(session.0));
    diesel::delete(plant).execute(conn)?;
    Ok(())
}
