//! What there is, as the handlers describe themselves: which paths, which methods, which credentials each takes.
//!
//! Routing itself is actix's, and who may do what is the handlers'. This table serves what surrounds them:
//! metrics and the log name requests by it, credentials are read by it, and 405 lists the methods of it.

use std::collections::{BTreeMap, HashMap};

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use utoipa::openapi::PathItem;
use utoipa::openapi::path::Operation as Documented;
use utoipa_actix_web::OpenApiFactory;

use crate::document::Register;
use crate::metrics::{Metrics, Timings};
use crate::settings::Settings;
use crate::{admin, document};

/// All of them.
pub(crate) struct Routes {
    /// Where the API is: both prefixes, the longer first, and the root.
    prefixes: Vec<String>,
    plain: HashMap<String, Route>,
    /// Those with ids in them.
    patterned: Vec<Route>,
    /// Requests for anything else.
    pub other: Timings,
}

/// One path.
pub(crate) struct Route {
    /// As it is documented: `/devices/{device_id}`.
    pub template: String,
    operations: Vec<(Method, Operation)>,
}

/// One method of one path.
pub(crate) struct Operation {
    /// Takes an access token.
    pub takes_token: bool,
    /// Takes a device key in a header.
    pub takes_key: bool,
    /// Is for admins.
    pub is_admins: bool,
    /// How often it may be asked.
    pub pace: Pace,
    /// What is measured of it.
    pub timings: Timings,
}

/// How often an operation may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// By whoever watches the server.
    Free,
    /// By devices.
    Usual,
    /// By who has no credential yet.
    Slow,
}

impl Routes {
    pub fn new(settings: &Settings, metrics: &Metrics) -> Routes {
        let mut list = List { metrics, routes: BTreeMap::new() };
        document::operations(&mut list);
        let (patterned, plain): (Vec<Route>, Vec<Route>) =
            list.routes.into_values().partition(|route| route.template.contains('{'));
        let mut prefixes = vec![settings.base_path.clone(), document::SHORT_BASE.to_owned(), String::new()];
        prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
        Routes {
            prefixes,
            plain: plain.into_iter().map(|route| (route.template.clone(), route)).collect(),
            patterned,
            other: metrics.timings("other", "other"),
        }
    }

    /// The route of a path, without a trailing slash.
    pub fn find(&self, path: &str) -> Option<&Route> {
        // Only what is served at the root has no prefix, and that has none of the others' names.
        self.prefixes.iter().filter_map(|prefix| path.strip_prefix(prefix.as_str())).find_map(|rest| {
            self.plain.get(rest).or_else(|| self.patterned.iter().find(|route| route.matches(rest)))
        })
    }
}

/// Routes by their templates. Each operation's description is read and let go: the document of all of them takes nine
/// megabytes to make.
struct List<'a> {
    metrics: &'a Metrics,
    routes: BTreeMap<String, Route>,
}

impl Register for List<'_> {
    fn service<O: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: O) -> &mut Self {
        for (template, item) in operation.paths().paths {
            let operations = operations(&template, item, self.metrics);
            let route = self.routes.entry(template.clone());
            route.or_insert_with(|| Route { template, operations: vec![] }).operations.extend(operations);
        }
        self
    }
}

/// The methods of a path that an item describes.
fn operations(template: &str, item: PathItem, metrics: &Metrics) -> Vec<(Method, Operation)> {
    let methods = [
        (Method::GET, item.get),
        (Method::POST, item.post),
        (Method::PUT, item.put),
        (Method::PATCH, item.patch),
        (Method::DELETE, item.delete),
    ];
    let operation = |(method, documented): (Method, Option<Documented>)| {
        let operation = Operation::new(&method, template, &documented?, metrics);
        Some((method, operation))
    };
    methods.into_iter().filter_map(operation).collect()
}

impl Route {
    fn matches(&self, path: &str) -> bool {
        let mut parts = path.split('/');
        let fits = self.template.split('/').all(|wanted| {
            parts.next().is_some_and(|part| wanted == part || (wanted.starts_with('{') && !part.is_empty()))
        });
        fits && parts.next().is_none()
    }

    pub fn operation(&self, method: &Method) -> Option<&Operation> {
        self.operations.iter().find(|(known, _)| known == method).map(|(_, operation)| operation)
    }

    /// For the header `Allow`.
    pub fn methods(&self) -> String {
        let mut names: Vec<&str> = self.operations.iter().map(|(method, _)| method.as_str()).collect();
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.join(", ")
    }
}

impl Operation {
    fn new(method: &Method, template: &str, documented: &Documented, metrics: &Metrics) -> Operation {
        let takes = |scheme: &str| {
            documented.security.iter().flatten().any(|requirement| {
                serde_json::to_value(requirement).is_ok_and(|schemes| schemes.get(scheme).is_some())
            })
        };
        let tagged = |tag: &str| documented.tags.iter().flatten().any(|one| one == tag);
        let pace = match documented.operation_id.as_deref() {
            Some("register_device" | "refresh_device") => Pace::Slow,
            _ if tagged("sign-in") && !takes(document::USER_TOKEN) => Pace::Slow,
            _ if tagged("platform") => Pace::Free,
            _ => Pace::Usual,
        };
        Operation {
            takes_token: takes(document::USER_TOKEN) || takes(document::DEVICE_TOKEN),
            takes_key: takes(document::DEVICE_KEY),
            is_admins: tagged(admin::TAG),
            pace,
            timings: metrics.timings(method.as_str(), template),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Routes {
        let settings = Settings {
            base_path: "/api/v1".into(),
            allowed_hosts: vec![],
            allowed_origins: vec![],
            trusted_proxies: vec![],
            rate_limit: None,
            register_rate_limit: None,
            places: 1,
            metrics_token: None,
            files: "/tmp".into(),
            web: None,
        };
        Routes::new(&settings, &Metrics::new())
    }

    #[test]
    fn paths_are_found_under_every_prefix() {
        let routes = routes();
        for (path, template) in [
            ("/api/v1/devices", Some("/devices")),
            ("/api/devices", Some("/devices")),
            ("/api/v1/devices/7", Some("/devices/{device_id}")),
            ("/api/v1/devices/register", Some("/devices/register")),
            ("/health/live", Some("/health/live")),
            ("/api/v1/health/live", Some("/health/live")),
            ("/api/v1/devices/", None),
            ("/api/v1/devices/7/8", None),
            ("/api/v1", None),
            ("/API/v1/devices", None),
        ] {
            assert_eq!(routes.find(path).map(|route| route.template.as_str()), template, "{path}");
        }
    }

    #[test]
    fn operations_know_their_credentials() {
        let routes = routes();
        let of = |path: &str, method: Method| {
            let operation = routes.find(path).unwrap().operation(&method).unwrap();
            (operation.takes_token, operation.takes_key, operation.pace)
        };
        assert_eq!(of("/api/usage/batch", Method::POST), (true, true, Pace::Usual));
        assert_eq!(of("/api/devices", Method::GET), (true, false, Pace::Usual));
        assert_eq!(of("/api/devices/register", Method::POST), (true, false, Pace::Slow));
        assert_eq!(of("/api/devices/refresh", Method::POST), (false, false, Pace::Slow));
        assert_eq!(of("/health", Method::GET), (false, false, Pace::Free));
        assert_eq!(routes.find("/api/devices/7").unwrap().methods(), "PATCH, DELETE");
        assert_eq!(routes.find("/api/devices").unwrap().methods(), "GET, HEAD");
    }
}
