//! What happens to every request, in this order: it gets an id, its path is tidied, its Host is checked, its
//! credential is read, its turn is counted; the handler answers; errors get their body, the answer its headers;
//! it is measured and logged.
//!
//! One function and no more layers than actix needs: most of a small request's time is spent here.

use std::hash::{BuildHasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix_web::body::{self, BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, Uri, uri::PathAndQuery};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use futures_util::FutureExt;
use service::limits::Left;

use crate::api::Api;
use crate::auth::{self, Credential};
use crate::error::{Answer, Error};
use crate::limits;
use crate::routes::{Operation, Pace, Route};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Scripts, styles, fonts and data from here and nowhere else, and nothing of it in a frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'",
);
/// Data is no page.
const DATA_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const NO_SNIFFING: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// The target of the lines that tell of requests.
const ACCESS: &str = "almanac::access";

/// Goes around all of them.
pub(crate) async fn gate<B: MessageBody + 'static>(
    api: Data<Api>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> actix_web::Result<ServiceResponse<EitherBody<B>>> {
    let began = Instant::now();
    let id = request_id(request.headers());
    tidy_path(&mut request);
    let head_only = request.method() == Method::HEAD;
    if head_only {
        // Answered as GET; the connection leaves the body out.
        request.head_mut().method = Method::GET;
    }
    let route = api.routes.find(request.match_info().unprocessed());
    let operation = route.and_then(|route| route.operation(request.method()));
    let mut seen = Seen { began, id, route, operation, actor: None, left: None };

    let admitted = seen.admit(&api, &request).await;
    let answer = match admitted {
        Err(error) => {
            let refusal = HttpResponse::from_error(error);
            ServiceResponse::new(request.into_parts().0, refusal).map_into_right_body()
        }
        Ok(credential) => {
            if !matches!(credential, Credential::None) {
                request.extensions_mut().insert(credential);
                request.extensions_mut().insert(RequestId(seen.id.clone()));
            }
            match AssertUnwindSafe(next.call(request)).catch_unwind().await {
                Ok(Ok(answer)) => answer.map_into_left_body(),
                // The request is gone with the handler: the answer travels as an error, finished.
                Ok(Err(error)) => return Err(seen.finish_lost(&api, told(&error))),
                Err(_) => return Err(seen.finish_lost(&api, Error::Panicked.answer())),
            }
        }
    };
    Ok(seen.finish(&api, answer, head_only).await)
}

/// The id of a request, for a handler whose answer goes on when its head is sent.
#[derive(Clone)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// Of a request with a credential.
    pub fn of(request: &HttpRequest) -> String {
        let id = request.extensions().get::<RequestId>().cloned();
        id.and_then(|RequestId(id)| Some(id.to_str().ok()?.to_owned())).unwrap_or_default()
    }
}

/// What is known of a request on its way.
struct Seen<'a> {
    began: Instant,
    id: HeaderValue,
    route: Option<&'a Route>,
    operation: Option<&'a Operation>,
    actor: Option<service::Actor>,
    left: Option<Left>,
}

impl Seen<'_> {
    fn id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }

    /// Whether it may go on to its handler, and with which credential.
    async fn admit(&mut self, api: &Api, request: &ServiceRequest) -> Result<Credential, Error> {
        if !api.hosts.is_ours(request.head()) {
            return Err(Error::Host);
        }
        let Some(operation) = self.operation else { return Ok(Credential::None) };
        if operation.pace == Pace::Free {
            return Ok(Credential::None);
        }
        let address = api.hosts.client(request.head());
        let credential = auth::read(api, request.headers(), operation).await?;
        let key = limits::key(operation.pace, &credential, address);
        self.left = api.limits.take(api.app.limits(), key).await?;
        if let Credential::Known(actor) = &credential {
            self.actor = Some(*actor);
        }
        Ok(credential)
    }

    /// The answer as it is sent.
    async fn finish<B: MessageBody + 'static>(
        &self,
        api: &Data<Api>,
        answer: ServiceResponse<EitherBody<B>>,
        head_only: bool,
    ) -> ServiceResponse<EitherBody<B>> {
        let mut answer = match self.failure(api, &answer).await {
            Some(told) => answer.into_response(told.write(self.id(), api.app.now())).map_into_right_body(),
            None => answer,
        };
        let status = answer.status();
        let size = answer.response().body().size();
        let bytes = match size {
            BodySize::Sized(bytes) if !head_only => bytes,
            _ => 0,
        };
        if head_only && size == BodySize::Stream {
            // It may have no end, and nobody reads it.
            answer = answer.map_body(|_, _| EitherBody::right(BoxBody::new(body::None::new())));
        }
        self.dress(status, answer.headers_mut());
        self.record(api, status, bytes, answer.request().method(), answer.request().path());
        answer
    }

    /// The same for an answer without its request.
    fn finish_lost(&self, api: &Api, told: Answer) -> actix_web::Error {
        let mut answer = told.write(self.id(), api.app.now());
        let status = answer.status();
        self.dress(status, answer.headers_mut());
        self.record(api, status, 0, &Method::GET, "");
        InternalError::from_response("", answer).into()
    }

    /// What is told in place of the answer, if that is an error.
    async fn failure<B>(&self, api: &Data<Api>, answer: &ServiceResponse<EitherBody<B>>) -> Option<Answer> {
        let status = answer.status();
        if !status.is_client_error() && !status.is_server_error() {
            return None;
        }
        let error = answer.response().error();
        if error.is_none() && is_json(answer.headers()) {
            return None;
        }
        // Nobody's path, or a path's other method: actix tells the two apart only within one resource.
        let unrouted = matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED);
        if unrouted && self.operation.is_none() {
            let error = match self.route {
                Some(route) => Error::Method { allow: route.methods() },
                None if status == StatusCode::METHOD_NOT_ALLOWED => {
                    Error::Method { allow: "GET, HEAD".into() }
                }
                None => Error::NoRoute,
            };
            return Some(error.answer());
        }
        // A bad request is no way to learn whether a token still serves, nor what is for admins.
        let is_admins = self.operation.is_some_and(|operation| operation.is_admins);
        if let (400 | 404 | 413 | 415 | 422, Some(actor)) = (status.as_u16(), self.actor)
            && (is_admins || status != StatusCode::NOT_FOUND)
        {
            let check = if is_admins { service::admin::check } else { service::tokens::check };
            let checked = api.run(move |cx| check(cx, &actor)).await;
            if let Err(
                refused @ Error::Service(service::Error::Unauthenticated(_) | service::Error::Forbidden(_)),
            ) = checked
            {
                return Some(refused.answer());
            }
        }
        Some(error.map_or_else(|| Error::Status(status).answer(), told))
    }

    fn dress(&self, status: StatusCode, headers: &mut HeaderMap) {
        headers.insert(REQUEST_ID, self.id.clone());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NO_SNIFFING);
        headers.insert(header::REFERRER_POLICY, NO_REFERRER);
        if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
            headers
                .insert(header::CONTENT_SECURITY_POLICY, if is_json(headers) { DATA_POLICY } else { POLICY });
        }
        if !headers.contains_key(header::CACHE_CONTROL) {
            let tagged = headers.contains_key(header::ETAG) && !status.is_client_error();
            headers.insert(header::CACHE_CONTROL, if tagged { NO_CACHE } else { NO_STORE });
        }
        if let Some(left) = self.left {
            limits::write(left, headers);
        }
    }

    fn record(&self, api: &Api, status: StatusCode, bytes: u64, method: &Method, path: &str) {
        let spent = self.began.elapsed();
        let timings = self.operation.map_or(&api.routes.other, |operation| &operation.timings);
        api.metrics.count(timings, status.as_u16(), spent);
        log::info!(
            target: ACCESS,
            method = method.as_str(),
            path = self.route.map_or(path, |route| route.template.as_str()),
            status = status.as_u16(),
            ms = f64::from(u32::try_from(spent.as_micros()).unwrap_or(u32::MAX)) / 1000.0,
            bytes,
            request_id = self.id(),
            user:serde = self.actor.map(|actor| actor.user),
            device:serde = self.actor.and_then(|actor| actor.device);
            "answered"
        );
    }
}

/// What is told of an error of ours; of a library's, its status.
fn told(error: &actix_web::Error) -> Answer {
    match error.as_error::<Error>() {
        Some(ours) => ours.answer(),
        None => Error::Status(error.as_response_error().status_code()).answer(),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// The client's id of the request if it is a sane one, else one of ours.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let sane = |id: &&HeaderValue| {
        let bytes = id.as_bytes();
        (1..=64).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    };
    match headers.get(REQUEST_ID).filter(sane) {
        Some(id) => id.clone(),
        None => HeaderValue::from_str(&format!("{:016x}", dice())).unwrap_or(NO_STORE),
    }
}

/// A number that looks like chance and is new each time; not a secret.
pub(crate) fn dice() -> u64 {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static THROWN: AtomicU64 = AtomicU64::new(0);
    KEYS.hash_one(THROWN.fetch_add(1, Ordering::Relaxed))
}

/// Takes a trailing slash away, and all but one of several in a row.
fn tidy_path(request: &mut ServiceRequest) {
    let uri = request.uri();
    let path = uri.path();
    if !path.contains("//") && (path.len() == 1 || !path.ends_with('/')) {
        return;
    }
    let mut tidy = String::with_capacity(path.len());
    for part in path.split('/').filter(|part| !part.is_empty()) {
        tidy.push('/');
        tidy.push_str(part);
    }
    if tidy.is_empty() {
        tidy.push('/');
    }
    if let Some(query) = uri.query() {
        tidy.push('?');
        tidy.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    let Ok(tidy) = PathAndQuery::from_maybe_shared(tidy) else { return };
    parts.path_and_query = Some(tidy);
    if let Ok(uri) = Uri::from_parts(parts) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn paths_are_tidied() {
        for (path, tidy) in [
            ("/", "/"),
            ("//", "/"),
            ("/a/", "/a"),
            ("/a//b///c/?x=//", "/a/b/c?x=//"),
            ("/a/b", "/a/b"),
            ("/a/%2f/", "/a/%2f"),
        ] {
            let mut request = TestRequest::with_uri(path).to_srv_request();
            tidy_path(&mut request);
            assert_eq!(request.uri().to_string(), tidy);
            assert_eq!(request.match_info().unprocessed(), request.uri().path(), "{path}");
        }
    }

    #[test]
    fn only_sane_ids_are_taken() {
        let of = |id: &str| {
            let request = TestRequest::default().insert_header((REQUEST_ID, id)).to_srv_request();
            request_id(request.headers()).to_str().unwrap().to_owned()
        };
        assert_eq!(of("my-Request_1.2"), "my-Request_1.2");
        for insane in ["", "a b", "a\"b", "é", &"x".repeat(65)] {
            let made = of(insane);
            assert_ne!(made, insane);
            assert_eq!(made.len(), 16);
        }
        assert_ne!(of(""), of(""));
    }
}
