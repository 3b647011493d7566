//! The load profile.

use domain::meters::Register;
use domain::meters::profile::{ConsumptionProfile, Profile, ProfileFilter};
use persistence::accounts;
use persistence::meters::{self as rows, days};

use crate::Result;
use crate::accounts::with_calendar;
use crate::app::{Actor, Context};
use crate::error::missing;

/// What is consumed at which hour of the day, as intervals tell it.
///
/// # Errors
/// `NotFound("meter")`, `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn profile(cx: &mut Context, actor: &Actor, filter: &ProfileFilter) -> Result<ConsumptionProfile> {
    filter.check()?;
    let user = actor.user;
    with_calendar(cx, actor, |conn, calendar, now| {
        let calorific = accounts::find(conn, user).map_err(missing("account"))?.settings.calorific_value;
        let named = match filter.meter_id {
            Some(id) => Some(rows::find(conn, user, id).map_err(missing("meter"))?),
            None => None,
        };
        let (what, unit) = filter.shown(named.as_ref().map(|meter| meter.consumption_type))?;
        let meters: Vec<Register> = match named {
            Some(meter) => vec![meter],
            None => {
                rows::list_all(conn, user)?.into_iter().filter(|one| one.consumption_type == what).collect()
            }
        };
        let mut found = None;
        for meter in &meters {
            let edges = days::find_range(conn, user, meter.id)?;
            found = [found, edges]
                .into_iter()
                .flatten()
                .reduce(|(a, b), (first, last)| (a.min(first), b.max(last)));
        }
        let range = filter.range(found, calendar.date_at(now));
        let mut profile = Profile::default();
        for meter in &meters {
            let days = days::list(conn, user, meter.id, (range.first, range.last))?;
            profile.add(meter, calorific, days.into_iter());
        }
        Ok(profile.shown((what, unit), calorific, range))
    })
}
