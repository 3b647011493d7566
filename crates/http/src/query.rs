//! What comes in with the address: queries and ids.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::Datelike;
use domain::ids::{
    ConsumptionId, DeviceId, EndpointId, FamilyId, FocusSessionId, ImportId, InviteId, MeterId, PlantId,
    ProjectId, ReadingId, TimeEntryId, UserId,
};
use domain::json::complaint;
use domain::usage::StatsFilter;
use domain::valid::{FieldError, Valid};
use serde::de::DeserializeOwned;
use validator::Validate;

use crate::error::Error;

/// A query that is well-formed.
pub(crate) struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Query<T>, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Query))
    }
}

/// A query for a day or a week, of years that have four digits.
pub(crate) struct Days(pub StatsFilter);

impl FromRequest for Days {
    type Error = Error;
    type Future = Ready<Result<Days, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read::<StatsFilter>(request.query_string()).and_then(|filter| {
            if filter.date.is_none_or(|date| (1..=9999).contains(&date.year())) {
                return Ok(Days(filter));
            }
            let field = FieldError::new("date", "is not of the years 0001 to 9999", "DATE_INVALID");
            Err(service::Error::Invalid(vec![field]).into())
        }))
    }
}

/// A query that keeps its rules too.
pub(crate) struct ValidQuery<T>(pub Valid<T>);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for ValidQuery<T> {
    type Error = Error;
    type Future = Ready<Result<ValidQuery<T>, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let checked = read(request.query_string())
            .and_then(|input| Valid::check(input).map_err(|fields| service::Error::Invalid(fields).into()));
        ready(checked.map(ValidQuery))
    }
}

/// An id of the path. What is no UUID answers as an id that is not in use.
macro_rules! in_path {
    ($name:ident($id:ty), $parameter:literal, $kind:literal) => {
        #[doc = concat!("`{", $parameter, "}` of the path.")]
        pub(crate) struct $name(pub $id);

        impl FromRequest for $name {
            type Error = Error;
            type Future = Ready<Result<$name, Error>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let id =
                    request.match_info().get($parameter).and_then(|text| uuid::Uuid::try_parse(text).ok());
                ready(id.map(|id| $name(<$id>::from(id))).ok_or(service::Error::NotFound($kind).into()))
            }
        }
    };
}

in_path!(DeviceInPath(DeviceId), "device_id", "device");
in_path!(SessionInPath(FamilyId), "session_id", "session");
in_path!(FocusSessionInPath(FocusSessionId), "session_id", "session");
in_path!(PlantInPath(PlantId), "plant_id", "plant");
in_path!(ConsumptionInPath(ConsumptionId), "consumption_id", "consumption");
in_path!(ImportInPath(ImportId), "import_id", "import");
in_path!(MeterInPath(MeterId), "meter_id", "meter");
in_path!(ReadingInPath(ReadingId), "reading_id", "reading");
in_path!(ProjectInPath(ProjectId), "project_id", "project");
in_path!(TimeEntryInPath(TimeEntryId), "time_entry_id", "time_entry");
in_path!(EndpointInPath(EndpointId), "endpoint_id", "webhook_endpoint");
in_path!(UserInPath(UserId), "user_id", "user");
in_path!(InviteInPath(InviteId), "invite_id", "invite");

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    // PostgreSQL's texts hold no NUL.
    if let Some((name, _)) = form_urlencoded::parse(query.as_bytes()).find(|(_, value)| value.contains('\0'))
    {
        let field = FieldError::new(name, "holds a NUL character", "TEXT_INVALID");
        return Err(service::Error::Invalid(vec![field]).into());
    }
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let field = complaint(&error.path().to_string(), &error.inner().to_string());
        service::Error::Invalid(vec![field]).into()
    })
}

#[cfg(test)]
mod tests {
    use domain::pages::Page;

    use super::*;

    fn wrong<T: DeserializeOwned>(query: &str) -> (String, String) {
        match read::<T>(query) {
            Err(Error::Service(service::Error::Invalid(mut fields))) => {
                let field = fields.remove(0);
                (field.field, field.code)
            }
            _ => panic!("{query} was read"),
        }
    }

    #[test]
    fn a_wrong_parameter_is_named() {
        for (query, field, code) in [
            ("limit=x", "limit", "VALUE_INVALID"),
            ("limit=99999999999999999999", "limit", "VALUE_INVALID"),
            ("limit=1&limit=2", "limit", "FIELD_TWICE"),
            ("cursor=%00", "cursor", "TEXT_INVALID"),
        ] {
            assert_eq!(wrong::<Page>(query), (field.to_owned(), code.to_owned()), "{query}");
        }
        for (query, field) in
            [("date=2026-02-30", "date"), ("device_id=7", "device_id"), ("calendar=maybe", "calendar")]
        {
            assert_eq!(wrong::<StatsFilter>(query).0, field, "{query}");
        }
    }

    #[test]
    fn unknown_parameters_are_ignored() {
        assert_eq!(read::<Page>("limit=5&new=1&%ff=%").unwrap().limit, Some(5));
        assert_eq!(read::<Page>("").unwrap().limit, None);
    }
}
