//! Bodies: read within limits of size and time, inflated, and checked.

use std::io::Read;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use domain::json;
use domain::valid::{Object, Valid};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::OwnedSemaphorePermit;
use validator::Validate;

use crate::api::Api;
use crate::error::Error;

/// Bytes of an ordinary body at the most, inflated.
const LIMIT: usize = 64 * 1024;
/// Bytes of a batch at the most, inflated.
pub(crate) const BATCH_LIMIT: usize = 8 * 1024 * 1024;
/// Bytes of what is written together with others at the most, inflated.
pub(crate) const SMALL: usize = 32 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body of JSON that has been checked.
pub(crate) struct Json<T>(pub Valid<T>);

/// The same, where the body may be left out.
pub(crate) struct MaybeJson<T>(pub Option<Valid<T>>);

/// A body of JSON as it came, of at most so many bytes.
pub(crate) struct Raw<const MOST: usize = BATCH_LIMIT> {
    bytes: Bytes,
    gzip: bool,
    /// A large one has its memory counted for as long as it is there.
    _memory: Option<OwnedSemaphorePermit>,
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Json<T>, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let head = Head::read(request.headers(), LIMIT);
        let payload = payload.take();
        Box::pin(async move { read(&plain(head?, payload).await?).map(Json) })
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for MaybeJson<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<MaybeJson<T>, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let nothing = !request.headers().contains_key(header::CONTENT_TYPE)
            && !request.headers().contains_key(header::TRANSFER_ENCODING)
            && matches!(length(request.headers()), None | Some(0));
        if nothing {
            return Box::pin(std::future::ready(Ok(MaybeJson(None))));
        }
        let head = Head::read(request.headers(), LIMIT);
        let payload = payload.take();
        Box::pin(async move {
            let body = plain(head?, payload).await?;
            // `null` leaves it out as well.
            let input = parsed::<Option<Object<T>>>(&body)?;
            Ok(MaybeJson(input.map(|Object(input)| valid(input)).transpose()?))
        })
    }
}

impl<const MOST: usize> FromRequest for Raw<MOST> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Raw<MOST>, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let head = Head::read(request.headers(), MOST);
        let api = request.app_data::<Data<Api>>().cloned();
        let payload = payload.take();
        Box::pin(async move {
            let head = head?;
            let expected = head.length.unwrap_or(MOST);
            let memory = match api {
                Some(api) if expected > LIMIT => Some(api.places.memory(expected)?),
                _ => None,
            };
            let bytes = collect(payload, MOST).await?;
            Ok(Raw { bytes, gzip: head.gzip, _memory: memory })
        })
    }
}

impl<const MOST: usize> Raw<MOST> {
    /// The body, if it is so small that it is read where it arrives and written together with others.
    ///
    /// # Errors
    /// As [`Raw::read`].
    pub fn small(&self) -> Result<Bytes, Error> {
        self.read(SMALL)
    }

    /// The body, if it has at most `limit` bytes.
    ///
    /// # Errors
    /// `TooLarge`; `Malformed` when it is not what its Content-Encoding says.
    pub fn read(&self, limit: usize) -> Result<Bytes, Error> {
        if self.gzip {
            return Ok(inflate(&self.bytes, limit)?.into());
        }
        if self.bytes.len() > limit { Err(too_large(limit)) } else { Ok(self.bytes.clone()) }
    }
}

/// What a request's head says of its body.
pub(crate) struct Head {
    /// It is compressed.
    pub gzip: bool,
    length: Option<usize>,
}

impl Head {
    fn read(headers: &HeaderMap, limit: usize) -> Result<Head, Error> {
        let message = "The body must be sent with Content-Type: application/json";
        Head::of_kind(headers, &["application/json"], message, limit)
    }

    /// Of a body of one of these media types.
    pub fn of_kind(
        headers: &HeaderMap,
        kinds: &[&str],
        message: &'static str,
        limit: usize,
    ) -> Result<Head, Error> {
        let kind =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kinds.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
            return Err(Error::MediaType(message));
        }
        let encoding =
            headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("unreadable").trim());
        let gzip = match encoding {
            None => false,
            Some(encoding) if encoding.eq_ignore_ascii_case("identity") => false,
            Some(encoding) if encoding.eq_ignore_ascii_case("gzip") => true,
            Some(_) => {
                return Err(Error::MediaType("A body may be sent plain or with Content-Encoding: gzip"));
            }
        };
        let length = length(headers);
        if length.is_some_and(|length| length > limit) {
            return Err(too_large(limit));
        }
        Ok(Head { gzip, length })
    }
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// An ordinary body, inflated.
async fn plain(head: Head, payload: Payload) -> Result<Bytes, Error> {
    let bytes = collect(payload, LIMIT).await?;
    if head.gzip { Ok(inflate(&bytes, LIMIT)?.into()) } else { Ok(bytes) }
}

/// The bytes of a body as they come.
async fn collect(payload: Payload, limit: usize) -> Result<Bytes, Error> {
    tokio::time::timeout(PATIENCE, collect_all(payload, limit)).await.unwrap_or(Err(Error::Slow))
}

async fn collect_all(mut payload: Payload, limit: usize) -> Result<Bytes, Error> {
    let Some(first) = payload.next().await else { return Ok(Bytes::new()) };
    let first = first.map_err(broken)?;
    // Most bodies come in one piece, which is not copied.
    let mut all: Option<Vec<u8>> = None;
    let mut size = first.len();
    while let Some(more) = payload.next().await {
        let more = more.map_err(broken)?;
        size += more.len();
        if size > limit {
            return Err(too_large(limit));
        }
        all.get_or_insert_with(|| first.to_vec()).extend_from_slice(&more);
    }
    if size > limit { Err(too_large(limit)) } else { Ok(all.map_or(first, Bytes::from)) }
}

#[allow(clippy::needless_pass_by_value, reason = "map_err hands it over")]
pub(crate) fn broken(error: PayloadError) -> Error {
    Error::Malformed(format!("The body broke off: {error}"))
}

/// Inflates until there is more than `limit`.
fn inflate(bytes: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let mut inflated = Vec::with_capacity((bytes.len() * 4).min(limit));
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    flate2::bufread::MultiGzDecoder::new(bytes)
        .take(most)
        .read_to_end(&mut inflated)
        .map_err(|_| not_gzip())?;
    if inflated.len() > limit { Err(too_large(limit)) } else { Ok(inflated) }
}

pub(crate) fn not_gzip() -> Error {
    Error::Malformed("The body is not the gzip that Content-Encoding announces".into())
}

pub(crate) fn too_large(limit: usize) -> Error {
    Error::TooLarge("PAYLOAD_TOO_LARGE", format!("The body has more than {} KiB", limit / 1024))
}

/// What JSON says, checked.
pub(crate) fn read<'a, T: Deserialize<'a> + Validate>(bytes: &'a [u8]) -> Result<Valid<T>, Error> {
    Ok(json::read(bytes)?)
}

/// What JSON says.
pub(crate) fn parsed<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Error> {
    Ok(json::parsed(bytes)?)
}

fn valid<T: Validate>(input: T) -> Result<Valid<T>, Error> {
    Valid::check(input).map_err(|fields| service::Error::Invalid(fields).into())
}

/// Not JSON at all.
pub(crate) fn malformed(error: &serde_json::Error) -> Error {
    Error::Malformed(json::malformed(error))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_limit_counts_inflated_bytes() {
        let gzip = |bytes: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        assert_eq!(inflate(&gzip(&[b' '; 1000]), 1000).unwrap().len(), 1000);
        assert!(matches!(inflate(&gzip(&[b' '; 1001]), 1000), Err(Error::TooLarge(..))));
        let bomb = gzip(&vec![0; 50 << 20]);
        assert!(bomb.len() < LIMIT);
        assert!(matches!(inflate(&bomb, BATCH_LIMIT), Err(Error::TooLarge(..))));
        let two = [gzip(b"{}"), gzip(b"x")].concat();
        assert_eq!(inflate(&two, 10).unwrap(), b"{}x");
        for wrong in [&b"{}"[..], &[], &gzip(b"hello")[..12]] {
            assert!(matches!(inflate(wrong, 10), Err(Error::Malformed(_))));
        }
    }
}
