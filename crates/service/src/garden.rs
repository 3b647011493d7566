//! The garden: each session has its plant, which a client may choose, and which grows by itself.

use chrono::{DateTime, Utc};
use domain::accounts::level;
use domain::focus::FocusSession;
use domain::garden::{
    AllSpecies, Garden, GardenFilter, Growth, NewPlant, Plant, PlantPatch, SPECIES, Species,
};
use domain::ids::{FocusSessionId, PlantId, UserId};
use domain::live::Kind;
use domain::pages::Page;
use domain::valid::Valid;
use persistence::Conn;
use persistence::accounts::lock_calendar;
use persistence::focus::{self, totals};
use persistence::garden::{self, Changes, Filter, NewRow};

use crate::accounts::with_calendar;
use crate::app::{Actor, Context, new_id};
use crate::error::missing;
use crate::{Error, Result, pages};

/// Plants the plant of a session that has just become known. The caller holds the lock of the account.
pub(crate) fn plant_for(
    conn: &mut Conn,
    session: &FocusSession,
    wanted: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let user = session.user_id;
    if let Some(wanted) = wanted {
        check_unlocked(conn, user, wanted)?;
    }
    let Some(Growth { stage, withered }) = Growth::by(session) else { return Ok(()) };
    let plant_type = match wanted {
        Some(wanted) => Some(wanted.trim().to_owned()),
        None => garden::find_last_type(conn, user)?,
    };
    let plant_type = plant_type.as_deref().unwrap_or(SPECIES[0].id);
    let new = NewRow { session: session.id, plant_num: None, plant_type, stage, withered, chosen: false };
    Ok(garden::insert(conn, user, PlantId(new_id()), &new, now)?)
}

fn check_unlocked(conn: &mut Conn, user: UserId, plant_type: &str) -> Result<()> {
    let level = level(totals::find(conn, user)?.xp_points);
    if Species::is_locked(plant_type, level) {
        let message = format!("{plant_type} is unlocked at a higher level than {level}");
        return Err(Error::Conflict("PLANT_LOCKED", message));
    }
    Ok(())
}

/// A client plants for a session of the account. The plant that stands there by itself becomes the one it wants.
///
/// # Errors
/// `NotFound("session")`; `Conflict`: `PLANT_EXISTS` where a client planted before, `PLANT_LOCKED`;
/// `Unauthenticated`, `Unavailable`.
pub fn plant(cx: &mut Context, actor: &Actor, new: Valid<NewPlant>) -> Result<Plant> {
    let (user, now) = (actor.user, cx.now);
    let plant = cx.tenant(actor, |conn| {
        lock_calendar(conn, user).map_err(missing("account"))?;
        let session = focus::find(conn, user, new.session_id).map_err(missing("session"))?;
        let known = match garden::is_chosen(conn, user, session.id) {
            Ok(true) => {
                return Err(Error::Conflict("PLANT_EXISTS", "This session has its plant".into()));
            }
            Ok(false) => Some(garden::find_of(conn, user, session.id)?),
            Err(persistence::Error::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        check_unlocked(conn, user, &new.plant_type)?;
        let plant_type = new.plant_type.trim();
        let stage = new.growth_stage.unwrap_or(0);
        let id = match known {
            Some(plant) => {
                let changes = Changes {
                    plant_type: Some(plant_type),
                    plant_num: new.plant_num,
                    growth_stage: Some(stage.max(plant.growth_stage)),
                    chosen: Some(true),
                    ..Changes::default()
                };
                garden::update(conn, user, plant.id, &changes)?;
                plant.id
            }
            None => {
                let grown = Growth::by(&session);
                let row = NewRow {
                    session: session.id,
                    plant_num: new.plant_num,
                    plant_type,
                    stage: grown.map_or(0, |growth| growth.stage).max(stage),
                    withered: grown.is_none_or(|growth| growth.withered),
                    chosen: true,
                };
                let id = PlantId(new_id());
                garden::insert(conn, user, id, &row, now)?;
                id
            }
        };
        Ok(garden::find(conn, user, id)?)
    })?;
    cx.announce(user, Kind::GardenUpdated, plant.id);
    Ok(plant)
}

/// Plants, newest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, filter: &GardenFilter, page: &Page) -> Result<Garden> {
    let after = pages::begin(page, pages::read_place)?;
    with_calendar(cx, actor, |conn, calendar, _| {
        let from = pages::bound(filter.from.as_deref(), "from", |date| calendar.start(date))?;
        let to = pages::bound(filter.to.as_deref(), "to", |date| calendar.day(date).to)?;
        let filter = Filter {
            from: from.unwrap_or(DateTime::UNIX_EPOCH),
            to: to.unwrap_or(calendar.start(domain::days::LAST)),
        };
        let total = garden::count(conn, actor.user, &filter)?;
        let after = after.map(|(at, id)| (at, PlantId(id)));
        let (gardens, next_cursor) = pages::take(
            page,
            |limit| garden::list(conn, actor.user, &filter, after, limit),
            |last| pages::place(last.started_at, last.id.0),
        )?;
        Ok(Garden { gardens, total, next_cursor })
    })
}

/// One plant.
///
/// # Errors
/// `NotFound("plant")`, `Unauthenticated`, `Unavailable`.
pub fn find(cx: &mut Context, actor: &Actor, id: PlantId) -> Result<Plant> {
    cx.tenant(actor, |conn| garden::find(conn, actor.user, id).map_err(missing("plant")))
}

/// The plant of a session.
///
/// # Errors
/// `NotFound("plant")`, `Unauthenticated`, `Unavailable`.
pub fn find_of(cx: &mut Context, actor: &Actor, session: FocusSessionId) -> Result<Plant> {
    cx.tenant(actor, |conn| garden::find_of(conn, actor.user, session).map_err(missing("plant")))
}

/// Changes a plant. Its stage never falls.
///
/// # Errors
/// `NotFound("plant")`, `Conflict("PLANT_LOCKED")`, `Unauthenticated`, `Unavailable`.
pub fn update(cx: &mut Context, actor: &Actor, id: PlantId, patch: Valid<PlantPatch>) -> Result<Plant> {
    let user = actor.user;
    let plant = cx.tenant(actor, |conn| {
        lock_calendar(conn, user).map_err(missing("account"))?;
        let plant = garden::find(conn, user, id).map_err(missing("plant"))?;
        if let Some(plant_type) = &patch.plant_type {
            check_unlocked(conn, user, plant_type)?;
        }
        let changes = Changes {
            plant_type: patch.plant_type.as_deref().map(str::trim),
            growth_stage: Some(patch.growth_stage.unwrap_or(0).max(plant.growth_stage)),
            chosen: Some(true),
            ..Changes::default()
        };
        garden::update(conn, user, id, &changes)?;
        Ok(garden::find(conn, user, id)?)
    })?;
    cx.announce(user, Kind::GardenUpdated, id);
    Ok(plant)
}

/// Takes a plant out. Its session and what it gave stay.
///
/// # Errors
/// `NotFound("plant")`, `Unauthenticated`, `Unavailable`.
pub fn delete(cx: &mut Context, actor: &Actor, id: PlantId) -> Result<()> {
    cx.tenant(actor, |conn| garden::delete(conn, actor.user, id).map_err(missing("plant")))?;
    cx.announce(actor.user, Kind::GardenUpdated, id);
    Ok(())
}

/// The species there are, and which of them the account has unlocked.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn species(cx: &mut Context, actor: &Actor) -> Result<AllSpecies> {
    let level = cx.tenant(actor, |conn| Ok(level(totals::find(conn, actor.user)?.xp_points)))?;
    let species: Vec<_> = SPECIES.iter().map(|species| species.shown(level)).collect();
    Ok(AllSpecies { total: species.len().try_into().unwrap_or(0), species })
}
