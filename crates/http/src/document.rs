//! The OpenAPI document: made from the handlers, which are registered and documented in one breath.

use actix_web::dev::HttpServiceFactory;
use actix_web::{App, web};
use utoipa::OpenApi as _;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::{OpenApi, Ref, RefOr};
use utoipa_actix_web::service_config::ServiceConfig as Documented;
use utoipa_actix_web::{AppExt, OpenApiFactory};

use crate::{
    accounts, admin, analytics, archive, categories, consumption, devices, error, events, focus, garden,
    health, insights, leaderboard, live, meters, metrics, projects, sign_in, time_entries, usage, webhooks,
};

/// The default place of the API, in the document.
const BASE: &str = "/api/v1";
/// Four of five families of clients call the API here.
pub(crate) const SHORT_BASE: &str = "/api";
/// Names of credentials in the document.
pub(crate) const USER_TOKEN: &str = "user_token";
pub(crate) const DEVICE_TOKEN: &str = "device_token";
pub(crate) const DEVICE_KEY: &str = "device_key";
const REFRESH_TOKEN: &str = "refresh_token";
const USER_REFRESH_TOKEN: &str = "user_refresh_token";
const REFRESH_COOKIE: &str = "refresh_cookie";
const METRICS_TOKEN: &str = "metrics_token";

/// Where operations are put: a worker's routes, or the document. Routes know nothing of the document, which a
/// worker would make anew and throw away: three megabytes each that the allocator keeps.
pub(crate) trait Register {
    fn service<O: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: O) -> &mut Self;
}

impl Register for web::ServiceConfig {
    fn service<O: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: O) -> &mut Self {
        self.service(operation)
    }
}

impl Register for Documented<'_> {
    fn service<O: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: O) -> &mut Self {
        self.service(operation)
    }
}

/// Every operation. They are tried in this order, one after another: what comes most often stands first.
pub(crate) fn operations(config: &mut impl Register) {
    usage::configure(config);
    events::configure(config);
    sign_in::configure(config);
    accounts::configure(config);
    devices::configure(config);
    focus::configure(config);
    garden::configure(config);
    categories::configure(config);
    leaderboard::configure(config);
    consumption::configure(config);
    meters::configure(config);
    projects::configure(config);
    time_entries::configure(config);
    webhooks::configure(config);
    analytics::configure(config);
    insights::configure(config);
    archive::configure(config);
    live::configure(config);
    admin::configure(config);
    health::configure(config);
    metrics::configure(config);
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Almanac",
        description = "A private record of how a person's time, attention and household resources are spent.\n\n\
            Instants are RFC 3339 in UTC; durations are seconds with at most three decimals, exact. Bodies are JSON; \
            gzip is accepted with `Content-Encoding: gzip`. Every answer carries `X-Request-Id`, and every error has \
            the same body. What to do about a status: 2xx done; 400, 413, 415, 422 never send this body again; \
            401 refresh the token and send again; 409 later; 429, 503 or no answer: send the same again after \
            `Retry-After`, nothing counts twice.",
        license(name = "MIT", identifier = "MIT")
    ),
    tags(
        (name = "sign-in", description = "Registering, signing in and out, passwords, signed-in places."),
        (name = "accounts", description = "Whose record it is, when their days begin, and what others see of them."),
        (name = "devices", description = "What reports usage: registration, pairing, tokens, names, revocation."),
        (name = "usage", description = "What devices report, and the figures that come of it."),
        (name = "focus", description = "Sessions, the points and streaks they make, and their figures."),
        (name = "categories", description = "What time is spent on, and how much of it is wanted."),
        (name = "garden", description = "A plant for each session."),
        (name = "leaderboard", description = "Who has the most points, minutes, days in a row or sessions, and what all have together."),
        (name = "consumption", description = "Electricity, water and gas: records, and what they add up to. Amounts are decimals, exact."),
        (name = "meters", description = "Meters and their readings, and what these say of days: each is a record of consumption."),
        (name = "projects", description = "What time is spent on, for whom, and what an hour of it costs."),
        (name = "time-entries", description = "From when to when time was spent on what: timers, entries, and what they add up to."),
        (name = "webhooks", description = "What other programs deliver: endpoints, deliveries, and what has become of them."),
        (name = "events", description = "What browser extensions report, and the domains it is of."),
        (name = "analytics", description = "What browsers did and where the time went, in figures."),
        (name = "insights", description = "What figures say in words: by this program, or by a provider that the account has chosen."),
        (name = "archive", description = "The whole account as one file, out and in."),
        (name = "live", description = "What happens to an account, while it happens."),
        (name = "admin", description = "For admins: people, all devices, invitations, settings, figures, and what was done."),
        (name = "platform", description = "For whoever runs the server."),
    ),
    components(schemas(error::ErrorBody, error::Detail, domain::valid::FieldError))
)]
struct Base;

/// The OpenAPI 3.1 document of the API in its default place.
#[must_use]
pub fn openapi() -> OpenApi {
    openapi_at(BASE)
}

/// The operations as each describes itself, without the errors that they share.
fn described() -> OpenApi {
    let app = App::new().into_utoipa_app().openapi(Base::openapi());
    app.configure(|config| operations(config)).split_for_parts().1
}

/// The document of an API that is at `base_path`.
pub(crate) fn openapi_at(base_path: &str) -> OpenApi {
    let mut document = described();
    document.servers = Some(vec![
        ServerBuilder::new().url(base_path).description(Some("API_BASE_PATH")).build(),
        ServerBuilder::new().url(SHORT_BASE).description(Some("The same")).build(),
    ]);
    let components = document.components.get_or_insert_default();
    let bearer =
        |text: &str| HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(text)).build();
    for (name, scheme) in [
        (USER_TOKEN, SecurityScheme::Http(bearer("A person's access token"))),
        (USER_REFRESH_TOKEN, SecurityScheme::Http(bearer("A person's refresh token"))),
        (
            REFRESH_COOKIE,
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                "almanac_refresh",
                "A person's refresh token, as browsers keep it",
            ))),
        ),
        (DEVICE_TOKEN, SecurityScheme::Http(bearer("A device's access token"))),
        (REFRESH_TOKEN, SecurityScheme::Http(bearer("A device's refresh token"))),
        (METRICS_TOKEN, SecurityScheme::Http(bearer("METRICS_TOKEN"))),
        (
            DEVICE_KEY,
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                "X-Device-Key",
                "The device's key, as older trackers send it",
            ))),
        ),
    ] {
        components.add_security_scheme(name, scheme);
    }
    for item in document.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        methods.into_iter().flatten().for_each(add_errors);
    }
    document
}

/// The errors that follow from what an operation takes, in one place for all of them.
fn add_errors(operation: &mut Operation) {
    let platform = operation.tags.iter().flatten().any(|tag| tag == "platform");
    let secured = operation.security.iter().flatten().next().is_some();
    let body = operation.request_body.is_some();
    let parameter = |place: &ParameterIn| {
        operation
            .parameters
            .iter()
            .flatten()
            .any(|parameter| matches!(parameter, RefOr::T(known) if &known.parameter_in == place))
    };
    let (path, query) = (parameter(&ParameterIn::Path), parameter(&ParameterIn::Query));
    let mut errors = vec![("400", "The request is malformed.", None)];
    if secured {
        errors.push(("401", "No valid credential.", Some("WWW-Authenticate")));
        errors.push(("403", "The credential is known, and does not allow this.", None));
    }
    if path {
        errors.push(("404", "There is none, or it is another account's.", None));
    }
    if body {
        errors.push(("408", "The body took over 30 seconds to arrive.", None));
        errors.push(("413", "The body is too large, once inflated.", None));
        errors.push(("415", "The body is not `application/json`, or neither plain nor gzip.", None));
    }
    errors.push(("421", "The server does not answer for this host.", None));
    if body || query {
        errors.push(("422", "The input is not valid: `fields` says what and where.", None));
    }
    if !platform {
        errors.push(("429", "Asked too often.", Some("Retry-After")));
        errors.push(("503", "Busy, or the database is away: ask again later.", Some("Retry-After")));
    }
    for (status, description, header) in errors {
        let RefOr::T(response) = operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::T(ResponseBuilder::new().description(description).build()))
        else {
            continue;
        };
        if response.content.is_empty() {
            let schema = Ref::from_schema_name("ErrorBody");
            let content = ContentBuilder::new().schema(Some(schema)).build();
            response.content.insert("application/json".to_owned(), RefOr::T(content));
        }
        if let Some(name) = header {
            let text = ObjectBuilder::new().schema_type(if name == "Retry-After" {
                Type::Integer
            } else {
                Type::String
            });
            response
                .headers
                .insert(name.to_owned(), RefOr::T(HeaderBuilder::new().schema(Some(text)).build()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_complete() {
        let document = openapi();
        let mut names = std::collections::HashSet::new();
        for (path, item) in &document.paths.paths {
            for operation in
                [&item.get, &item.post, &item.put, &item.patch, &item.delete].into_iter().flatten()
            {
                let name = operation.operation_id.clone().unwrap_or_default();
                assert!(names.insert(name.clone()) && !name.is_empty(), "{path}: {name:?}");
                assert_eq!(operation.tags.iter().flatten().count(), 1, "{name} has one tag");
                assert!(
                    operation.summary.as_ref().is_some_and(|text| !text.is_empty()),
                    "{name} says what it does"
                );
                let statuses: Vec<&str> = operation.responses.responses.keys().map(String::as_str).collect();
                assert!(statuses.iter().any(|status| status.starts_with('2')), "{name}: {statuses:?}");
                if operation.request_body.is_some() {
                    for status in ["400", "413", "415", "422"] {
                        assert!(statuses.contains(&status), "{name}: {status}");
                    }
                }
            }
        }
        let text = document.to_json().unwrap();
        assert!(text.starts_with(r#"{"openapi":"3.1.0""#), "{}", &text[..40]);
        let known = document.components.unwrap().schemas;
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(known.contains_key(name), "{name} is not described");
        }
    }
}
