//! What happens to an account, while it happens: Server-Sent Events.

use std::convert::Infallible;
use std::sync::LazyLock;

use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::live::{Event, Told};
use futures_util::stream;
use rustix::process::{Resource, getrlimit};
use service::live::{Reader, Turn};
use service::{live, tokens};

use crate::api::Api;
use crate::auth::{Actor, bearer};
use crate::document::Register;
use crate::error::Error;

pub(crate) fn configure(config: &mut impl Register) {
    config.service(listen);
}

/// How long who was cut off should wait, in milliseconds.
const RETRY: &str = "retry: 2000\n";

/// Readers there may be, so that half of the connections that the system allows are left for requests.
static MOST: LazyLock<usize> = LazyLock::new(|| {
    let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(descriptors / 2).unwrap_or(usize::MAX)
});

/// Look on.
///
/// Server-Sent Events of the account, for as long as the connection lasts. The first is `hello`: anything may have happened
/// before it, so ask for what you show once it is here; it comes again whenever something may have been missed. The others
/// say what has happened: `session.started`, `session.completed`, `session.abandoned`, `session.updated`,
/// `session.deleted`, `garden.updated`, `usage.synced` (`id` is the device), `events.synced` (`id` is the browser's device,
/// or the account where its person's token reported), `insight.ready` (`id` is the account), `consumption.updated` (`id` is
/// the record, or the account where several were added at once), `project.updated`, `time_entry.updated` (`id` is the
/// entry, or the account where several have changed at once), `webhook.received` and, where it is to be shown to a person,
/// `notification.received` (`id` is the endpoint), `account.updated` (`id` is the account, or its device that has changed).
/// The data of each is `{"id": …, "at": …}`. The same event and id come once in 200 ms.
///
/// A comment comes every 15 seconds. The stream ends when the access token does, and at once when that is taken back:
/// refresh the token and connect again. It ends as well where the client does not keep up, and for the oldest of more
/// than 32 streams of an account.
#[utoipa::path(
    tag = "live",
    security(("user_token" = []), ("device_token" = [])),
    responses((
        status = 200,
        description = "Events, without an end: `event: usage.synced`, `data: {\"id\": …, \"at\": …}`.",
        body = Told,
        content_type = "text/event-stream",
    ))
)]
#[get("/live")]
async fn listen(api: Data<Api>, request: HttpRequest, actor: Actor) -> Result<HttpResponse, Error> {
    if api.app.live().figures().readers >= *MOST {
        return Err(Error::Overloaded);
    }
    let token = request.headers().get(header::AUTHORIZATION).and_then(bearer).unwrap_or_default();
    let (_, ends) = tokens::verify_until(&api.app, token)?;
    let reader = api.run(move |cx| live::listen(cx, &actor, ends)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // What lies between would hold events back: a proxy's buffer, and our own compression.
        .insert_header(("x-accel-buffering", "no"))
        .insert_header(ContentEncoding::Identity)
        .streaming(stream::unfold(reader, next)))
}

async fn next(mut reader: Reader) -> Option<(Result<Bytes, Infallible>, Reader)> {
    let text = match reader.next().await? {
        Turn::Hello(user, at) => write(RETRY, "hello", &Told { id: user.0, at }),
        Turn::Event(Event { kind, id, at }) => write("", kind.as_str(), &Told { id, at }),
        Turn::Nothing => ":\n\n".into(),
    };
    Some((Ok(text.into()), reader))
}

fn write(before: &str, name: &str, told: &Told) -> String {
    let data = serde_json::to_string(told).unwrap_or_default();
    format!("{before}event: {name}\ndata: {data}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_as_it_is_sent() {
        let told = Told { id: uuid::Uuid::from_u128(7), at: "2026-11-21T12:00:00.000001Z".parse().unwrap() };
        let data =
            r#"data: {"id":"00000000-0000-0000-0000-000000000007","at":"2026-11-21T12:00:00.000001Z"}"#;
        assert_eq!(write(RETRY, "hello", &told), format!("retry: 2000\nevent: hello\n{data}\n\n"));
        assert_eq!(write("", "usage.synced", &told), format!("event: usage.synced\n{data}\n\n"));
    }
}
