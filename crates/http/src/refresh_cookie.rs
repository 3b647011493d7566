//! The refresh token in a cookie, for browsers: scripts cannot read it, and it goes back to where it came from alone.
//!
//! A browser sends a cookie by itself, so that it counts only where the request comes from our own pages or from those
//! that the operator allows.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{self, HeaderName};
use domain::tokens::TokenPair;

use crate::api::Api;
use crate::error::Error;

/// Its name.
const NAME: &str = "almanac_refresh";
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The token that a request's cookie holds.
///
/// # Errors
/// `CrossSite`: another site's page has made the request.
pub(crate) fn read(api: &Api, request: &HttpRequest) -> Result<Option<String>, Error> {
    let Some(cookie) = request.cookie(NAME) else { return Ok(None) };
    if is_of_our_pages(api, request) { Ok(Some(cookie.value().to_owned())) } else { Err(Error::CrossSite) }
}

fn is_of_our_pages(api: &Api, request: &HttpRequest) -> bool {
    let text = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(origin) = text(header::ORIGIN) {
        let ours =
            origin.split_once("://").is_some_and(|(_, host)| api.hosts.is_asked_by(request.head(), host));
        return ours || api.settings.allowed_origins.iter().any(|allowed| allowed == origin);
    }
    // Programs send neither; browsers send at least this.
    text(FETCH_SITE).is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// The cookie that holds these tokens' refresh token, as long as that serves.
pub(crate) fn holding(api: &Api, request: &HttpRequest, tokens: &TokenPair) -> Cookie<'static> {
    let mut cookie = cookie(api, request, &tokens.refresh_token);
    cookie.set_max_age(Duration::seconds(tokens.refresh_expires_in));
    cookie
}

/// The cookie that takes it away.
pub(crate) fn removed(api: &Api, request: &HttpRequest) -> Cookie<'static> {
    let mut cookie = cookie(api, request, "");
    cookie.make_removal();
    cookie
}

fn cookie(api: &Api, request: &HttpRequest, token: &str) -> Cookie<'static> {
    // The API answers under several prefixes; the cookie goes back to that of the request.
    let path = request.path();
    let prefix = ["/auth/", "/users/", "/"].iter().find_map(|part| path.rsplit_once(part));
    let prefix = prefix.map_or("", |(prefix, _)| prefix);
    let tls = request.app_config().secure();
    let plain_localhost = !tls && api.hosts.is_asked_locally(request.head());
    Cookie::build(NAME, token.to_owned())
        .path(format!("{prefix}/auth"))
        .http_only(true)
        .secure(!plain_localhost)
        .same_site(SameSite::Strict)
        .finish()
}
