//! People register, sign in and out, and change their passwords.
//!
//! Tokens travel in bodies, in `Authorization`, and the refresh token in a cookie as well ([`crate::refresh_cookie`]).

use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, delete, get, patch, post};
use domain::accounts::NewAccount;
use domain::passwords::Password;
use domain::sign_in::{Confirmation, Credentials, PasswordChange, Places, Reset, SignedIn, Visitor};
use domain::tokens::TokenPair;
use domain::valid::{FieldError, Valid};
use serde::{Deserialize, Serialize};
use service::Context;
use service::passwords::Hash;
use service::sign_in::{self, Attempt, Begun, Compared};
use utoipa::ToSchema;
use validator::Validate;

use crate::api::Api;
use crate::auth::{Person, bearer};
use crate::body::{Json, MaybeJson};
use crate::document::Register;
use crate::error::Error;
use crate::limits::household;
use crate::query::SessionInPath;
use crate::refresh_cookie;

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(register)
        .service(sign_up)
        .service(login)
        .service(log_in)
        .service(refresh_session)
        .service(logout)
        .service(reset_password)
        .service(change_password)
        .service(delete_account)
        .service(list_sessions)
        .service(end_session);
}

/// How long who tries while others do with the same account waits for their turn.
const PATIENCE: Duration = Duration::from_secs(4);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A refresh token.
#[derive(Deserialize, Validate, ToSchema)]
struct SessionToken {
    /// The refresh token, if it comes neither as Bearer nor in the cookie.
    refresh_token: Option<String>,
}

/// From where a request comes.
struct From(Visitor);

impl FromRequest for From {
    type Error = Error;
    type Future = std::future::Ready<Result<From, Error>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let agent = agent.map(|text| text.chars().take(300).collect());
        let address = request
            .app_data::<Data<Api>>()
            .map_or(std::net::Ipv4Addr::UNSPECIFIED.into(), |api| api.hosts.client(request.head()));
        std::future::ready(Ok(From(Visitor { address: household(address), agent })))
    }
}

/// Register.
///
/// Makes an account and signs in with it. The first account of a server is its admin's. An e-mail address and a
/// password are enough; the refresh token comes in a cookie as well.
#[utoipa::path(
    tag = "sign-in",
    responses(
        (status = 201, description = "The account and its tokens.", body = SignedIn),
        (status = 403, description = "Registration is closed or by invitation (`REGISTRATION_CLOSED`, `INVITE_NEEDED`, `INVITE_INVALID`).", body = crate::error::ErrorBody),
        (status = 409, description = "`USERNAME_TAKEN`, `EMAIL_TAKEN`.", body = crate::error::ErrorBody),
    )
)]
#[post("/auth/register")]
async fn register(
    api: Data<Api>,
    request: HttpRequest,
    visitor: From,
    new: Json<NewAccount>,
) -> Result<HttpResponse, Error> {
    registered(&api, &request, visitor, new).await
}

/// Register, by its other name.
///
/// The same as `POST /auth/register`.
#[utoipa::path(
    tag = "sign-in",
    responses(
        (status = 201, description = "The account and its tokens.", body = SignedIn),
        (status = 403, description = "Registration is closed or by invitation.", body = crate::error::ErrorBody),
        (status = 409, description = "`USERNAME_TAKEN`, `EMAIL_TAKEN`.", body = crate::error::ErrorBody),
    )
)]
#[post("/signup")]
async fn sign_up(
    api: Data<Api>,
    request: HttpRequest,
    visitor: From,
    new: Json<NewAccount>,
) -> Result<HttpResponse, Error> {
    registered(&api, &request, visitor, new).await
}

async fn registered(
    api: &Data<Api>,
    request: &HttpRequest,
    From(visitor): From,
    Json(new): Json<NewAccount>,
) -> Result<HttpResponse, Error> {
    let asked = new.clone();
    let turn = api.hashing.turn().await?;
    api.run(move |cx| sign_in::check(cx, &asked)).await?;
    drop(turn);
    let hash = hash(api, new.password.clone()).await?;
    let signed_in = api.run(move |cx| sign_in::register(cx, &new, &hash, &visitor)).await?;
    Ok(answer(api, request, HttpResponse::Created(), &signed_in.tokens, &signed_in))
}

/// Sign in.
///
/// With a username or an e-mail address, in either field. After 5 failures in 15 minutes from one address the account
/// cannot be tried from there for a while; from elsewhere it can.
#[utoipa::path(
    tag = "sign-in",
    responses(
        (status = 200, description = "The account and its tokens.", body = SignedIn),
        (status = 401, description = "`INVALID_CREDENTIALS`, whichever of them is wrong.", body = crate::error::ErrorBody),
        (status = 403, description = "An admin has disabled the account (`ACCOUNT_DISABLED`).", body = crate::error::ErrorBody),
    )
)]
#[post("/auth/login")]
async fn login(
    api: Data<Api>,
    request: HttpRequest,
    visitor: From,
    credentials: Json<Credentials>,
) -> Result<HttpResponse, Error> {
    signed_in(&api, &request, visitor, credentials).await
}

/// Sign in, by its other name.
///
/// The same as `POST /auth/login`.
#[utoipa::path(
    tag = "sign-in",
    responses(
        (status = 200, description = "The account and its tokens.", body = SignedIn),
        (status = 401, description = "`INVALID_CREDENTIALS`, whichever of them is wrong.", body = crate::error::ErrorBody),
        (status = 403, description = "An admin has disabled the account (`ACCOUNT_DISABLED`).", body = crate::error::ErrorBody),
    )
)]
#[post("/login")]
async fn log_in(
    api: Data<Api>,
    request: HttpRequest,
    visitor: From,
    credentials: Json<Credentials>,
) -> Result<HttpResponse, Error> {
    signed_in(&api, &request, visitor, credentials).await
}

async fn signed_in(
    api: &Data<Api>,
    request: &HttpRequest,
    From(visitor): From,
    Json(credentials): Json<Credentials>,
) -> Result<HttpResponse, Error> {
    let Some(whose) = credentials.login().map(ToOwned::to_owned) else {
        let field = FieldError::new("username", "or email says who signs in", "LOGIN_MISSING");
        return Err(service::Error::Invalid(vec![field]).into());
    };
    let asks = visitor.clone();
    let attempt = begin(api, move |cx| sign_in::begin(cx, &whose, &asks)).await?;
    let compared = compare(api, attempt, credentials.password.clone()).await?;
    let signed_in = api.run(move |cx| sign_in::finish(cx, &compared, &visitor)).await?;
    Ok(answer(api, request, HttpResponse::Ok(), &signed_in.tokens, &signed_in))
}

/// Begins a try, when its turn has come.
async fn begin(
    api: &Data<Api>,
    begin: impl Fn(&mut Context) -> service::Result<Begun> + Clone + Send + 'static,
) -> Result<Attempt, Error> {
    let since = Instant::now();
    // Nobody loses patience while they are at the database: a try that was begun there has to be ended.
    while since.elapsed() < PATIENCE {
        let begin = begin.clone();
        let turn = api.hashing.turn().await?;
        let begun = api.run(move |cx| begin(cx)).await?;
        drop(turn);
        match begun {
            Begun::Go(attempt) => return Ok(attempt),
            Begun::Wait => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
    Err(service::Error::RateLimited { retry_after: Duration::from_secs(1) }.into())
}

/// Compares the password of a try; a try that nobody had time for does not count.
async fn compare(api: &Data<Api>, attempt: Attempt, password: Password) -> Result<Compared, Error> {
    let (app, ticket) = (api.app.clone(), attempt.ticket());
    let compared = api.hashing.run(move || attempt.compare(&app, &password)).await;
    if compared.is_err() {
        api.run(move |cx| sign_in::give_up(cx, &ticket)).await?;
    }
    compared
}

/// Hashes a password that is to hold.
async fn hash(api: &Data<Api>, password: Password) -> Result<Hash, Error> {
    let passwords = *api.app.passwords();
    Ok(api.hashing.run(move || passwords.hash(&password)).await??)
}

/// Get new tokens.
///
/// Takes the refresh token in the cookie, in the body, or as Bearer, and gives the next pair. The old token serves
/// until its successor has been used, so that a lost answer may be asked for again; after that, showing it ends the
/// whole family (`REFRESH_TOKEN_REUSED`).
#[utoipa::path(
    tag = "sign-in",
    security((), ("user_refresh_token" = []), ("refresh_cookie" = [])),
    request_body = Option<SessionToken>,
    responses(
        (status = 200, description = "The next pair of tokens.", body = TokenPair),
        (status = 403, description = "The cookie was sent by another site's page (`CROSS_SITE`).", body = crate::error::ErrorBody),
    )
)]
#[post("/auth/refresh")]
async fn refresh_session(
    api: Data<Api>,
    request: HttpRequest,
    MaybeJson(body): MaybeJson<SessionToken>,
) -> Result<HttpResponse, Error> {
    let token = shown(&api, &request, body)?.ok_or(service::Error::Unauthenticated("TOKEN_MISSING"))?;
    let tokens = api.run(move |cx| sign_in::refresh(cx, &token)).await?;
    Ok(answer(&api, &request, HttpResponse::Ok(), &tokens, &tokens))
}

/// Sign out.
///
/// Ends the signed-in place of the refresh token (or of an access token as Bearer): its tokens stop working at once.
/// Signing out twice is signing out.
#[utoipa::path(
    tag = "sign-in",
    security((), ("user_refresh_token" = []), ("refresh_cookie" = [])),
    request_body = Option<SessionToken>,
    responses(
        (status = 204, description = "Signed out."),
        (status = 403, description = "The cookie was sent by another site's page (`CROSS_SITE`).", body = crate::error::ErrorBody),
    )
)]
#[post("/auth/logout")]
async fn logout(
    api: Data<Api>,
    request: HttpRequest,
    MaybeJson(body): MaybeJson<SessionToken>,
) -> Result<HttpResponse, Error> {
    if let Some(token) = shown(&api, &request, body)? {
        api.run(move |cx| sign_in::sign_out(cx, &token)).await?;
    }
    Ok(HttpResponse::NoContent().cookie(refresh_cookie::removed(&api, &request)).finish())
}

/// Set a new password by a link.
///
/// With the token of a link that an admin handed over. The account is signed out everywhere.
#[utoipa::path(tag = "sign-in", responses((status = 204, description = "The password is set.")))]
#[post("/auth/reset")]
async fn reset_password(api: Data<Api>, Json(reset): Json<Reset>) -> Result<HttpResponse, Error> {
    sign_in::check_password(&api.app, &reset.new_password)?;
    let hash = hash(&api, reset.new_password.clone()).await?;
    api.run(move |cx| sign_in::reset_password(cx, &reset.token, &hash)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change the password.
///
/// Every other signed-in place ends.
#[utoipa::path(
    tag = "sign-in",
    security(("user_token" = [])),
    responses(
        (status = 204, description = "It is changed."),
        (status = 403, description = "The present password is wrong (`PASSWORD_WRONG`).", body = crate::error::ErrorBody),
    )
)]
#[patch("/users/me/password")]
async fn change_password(
    api: Data<Api>,
    Person(actor): Person,
    From(visitor): From,
    Json(change): Json<PasswordChange>,
) -> Result<HttpResponse, Error> {
    sign_in::check_password(&api.app, &change.new_password)?;
    let attempt = begin(&api, move |cx| sign_in::begin_again(cx, &actor, &visitor)).await?;
    let compared = compare(&api, attempt, change.current_password.clone()).await?;
    let hash = match hash(&api, change.new_password.clone()).await {
        Ok(hash) => hash,
        Err(error) => {
            let ticket = compared.ticket();
            api.run(move |cx| sign_in::give_up(cx, &ticket)).await?;
            return Err(error);
        }
    };
    api.run(move |cx| sign_in::change_password(cx, &actor, &compared, &hash)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Delete the account.
///
/// With everything that is its own, and at once. The password is asked for again.
#[utoipa::path(
    tag = "sign-in",
    security(("user_token" = [])),
    responses(
        (status = 204, description = "Everything is gone."),
        (status = 403, description = "The password is wrong (`PASSWORD_WRONG`), or it is the last admin's (`LAST_ADMIN`).", body = crate::error::ErrorBody),
    )
)]
#[delete("/users/me")]
async fn delete_account(
    api: Data<Api>,
    request: HttpRequest,
    Person(actor): Person,
    From(visitor): From,
    Json(confirmation): Json<Confirmation>,
) -> Result<HttpResponse, Error> {
    let attempt = begin(&api, move |cx| sign_in::begin_again(cx, &actor, &visitor)).await?;
    let compared = compare(&api, attempt, confirmation.password.clone()).await?;
    api.run(move |cx| sign_in::delete_account(cx, &compared)).await?;
    Ok(HttpResponse::NoContent().cookie(refresh_cookie::removed(&api, &request)).finish())
}

/// List signed-in places.
///
/// The last used first.
#[utoipa::path(
    tag = "sign-in",
    security(("user_token" = [])),
    responses((status = 200, description = "The places.", body = Places))
)]
#[get("/users/me/sessions")]
async fn list_sessions(api: Data<Api>, Person(actor): Person) -> Result<web::Json<Places>, Error> {
    api.run(move |cx| sign_in::places(cx, &actor)).await.map(web::Json)
}

/// Sign out elsewhere.
#[utoipa::path(
    tag = "sign-in",
    security(("user_token" = [])),
    params(("session_id" = domain::ids::FamilyId, Path, description = "The place.")),
    responses((status = 204, description = "It is signed out."))
)]
#[delete("/users/me/sessions/{session_id}")]
async fn end_session(
    api: Data<Api>,
    Person(actor): Person,
    SessionInPath(id): SessionInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| sign_in::end_place(cx, &actor, id)).await.map(|()| HttpResponse::NoContent().finish())
}

/// The token that is shown: in the body, as Bearer, or in the cookie.
fn shown(
    api: &Data<Api>,
    request: &HttpRequest,
    body: Option<Valid<SessionToken>>,
) -> Result<Option<String>, Error> {
    if let Some(token) = body.and_then(|body| body.into_inner().refresh_token) {
        return Ok(Some(token));
    }
    match request.headers().get(header::AUTHORIZATION) {
        Some(value) => Ok(Some(bearer(value).unwrap_or_default().to_owned())),
        None => refresh_cookie::read(api, request),
    }
}

/// An answer with the refresh token in a cookie too.
fn answer(
    api: &Data<Api>,
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    tokens: &TokenPair,
    body: &impl Serialize,
) -> HttpResponse {
    response.cookie(refresh_cookie::holding(api, request, tokens)).json(body)
}
