//! Answers that are not sent again to who has them.

use actix_web::body::BoxBody;
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::{
    self, CacheControl, CacheDirective, ContentType, EntityTag, HeaderValue, IfNoneMatch,
};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Responder};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A body of JSON with an `ETag`: 304 for who has the very same.
pub(crate) struct Tagged<T>(pub T);

impl<T: Serialize> Responder for Tagged<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let body = match serde_json::to_vec(&self.0) {
            Ok(body) => body,
            Err(error) => {
                let status = actix_web::http::StatusCode::INTERNAL_SERVER_ERROR;
                return HttpResponse::from_error(InternalError::new(error, status));
            }
        };
        let tag = tag(&body);
        let known = has(request, &tag);
        let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer.insert_header((header::ETAG, tag.to_string()));
        answer.insert_header(CacheControl(vec![CacheDirective::Private, CacheDirective::NoCache]));
        // What it says depends on who asks.
        answer.insert_header((header::VARY, HeaderValue::from_static("Authorization")));
        if known {
            return answer.finish();
        }
        answer.insert_header(ContentType::json()).body(body)
    }
}

/// A weak one: the same answer may be sent compressed.
fn tag(body: &[u8]) -> EntityTag {
    let digest = Sha256::digest(body);
    let start: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    EntityTag::new_weak(start)
}

fn has(request: &HttpRequest, tag: &EntityTag) -> bool {
    // What has just been changed is told in any case.
    if request.method() != Method::GET {
        return false;
    }
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(known)) => known.iter().any(|one| one.weak_eq(tag)),
        None => false,
    }
}
