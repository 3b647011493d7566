//! `/docs`: the OpenAPI document to read and to try, with Swagger UI's own files inside the program.

use std::sync::{Arc, LazyLock};

use actix_web::http::header::{self, ContentType};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use utoipa_swagger_ui::{Config, SwaggerFile};

use crate::api::Api;
use crate::document;
use crate::error::Error;

/// As everywhere; and the style of its logo, by its hash.
const POLICY: &str = "default-src 'none'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(show_document).service(open_reader).service(open_reader_too).service(show_file);
}

#[get("/openapi.json")]
async fn show_document(api: Data<Api>) -> HttpResponse {
    let made = || document::openapi_at(&api.settings.base_path).to_json().unwrap_or_default().into();
    HttpResponse::Ok().content_type(ContentType::json()).body(api.document.get_or_init(made).clone())
}

#[get("/docs")]
async fn open_reader(request: HttpRequest) -> HttpResponse {
    redirect(&request)
}

#[get("/redoc")]
async fn open_reader_too(request: HttpRequest) -> HttpResponse {
    redirect(&request)
}

/// To the reader under the same prefix.
fn redirect(request: &HttpRequest) -> HttpResponse {
    let prefix = request.path().rsplit_once('/').map_or("", |(prefix, _)| prefix);
    let place = format!("{prefix}/docs/index.html");
    HttpResponse::TemporaryRedirect().insert_header((header::LOCATION, place)).finish()
}

#[get("/docs/{file}")]
async fn show_file(file: web::Path<String>) -> Result<HttpResponse, Error> {
    static CONFIG: LazyLock<Arc<Config<'static>>> =
        LazyLock::new(|| Arc::new(Config::from("../openapi.json").try_it_out_enabled(true)));
    let found = utoipa_swagger_ui::serve(&file, Arc::clone(&CONFIG));
    let SwaggerFile { bytes, content_type, gzpipped, .. } =
        found.map_err(|error| service::Error::Internal(error.to_string()))?.ok_or(Error::NoRoute)?;
    let mut answer = HttpResponse::Ok();
    answer.content_type(content_type);
    if gzpipped {
        answer.insert_header(header::ContentEncoding::Gzip);
    }
    answer.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    answer.insert_header((header::CACHE_CONTROL, "no-cache"));
    Ok(answer.body(bytes.into_owned()))
}
