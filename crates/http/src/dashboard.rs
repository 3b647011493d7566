//! The dashboard's files, which are served as they lie there.

use std::path::Path;

use actix_files::{Files, NamedFile};
use actix_web::dev::{ServiceRequest, ServiceResponse, fn_service};
use actix_web::http::Method;
use actix_web::web;

use crate::error::Error;

/// Beside the dashboard lie its tests and tools, which are nobody's.
const NOT_SERVED: [&str; 4] = ["node_modules", "scripts", "tests", "test-results"];
/// What a browser asks for.
const SERVED: [&str; 10] = ["html", "js", "css", "svg", "png", "ico", "webmanifest", "woff2", "json", "txt"];

pub(crate) fn configure(config: &mut web::ServiceConfig, directory: &Path) {
    let index = directory.join("index.html");
    let page = fn_service(move |request: ServiceRequest| {
        let index = index.clone();
        async move {
            // A page of the dashboard has a path of its own, which its script reads.
            if request.method() != Method::GET || request.path().contains('.') {
                return Ok(request.error_response(Error::NoRoute));
            }
            let (request, _) = request.into_parts();
            let answer = match NamedFile::open(index) {
                Ok(file) => file.into_response(&request),
                Err(_) => actix_web::HttpResponse::from_error(Error::NoRoute),
            };
            Ok(ServiceResponse::new(request, answer))
        }
    });
    let files = Files::new("/", directory)
        .index_file("index.html")
        .path_filter(|path, _| is_served(path))
        .default_handler(page);
    config.service(files);
}

fn is_served(path: &Path) -> bool {
    let first = path.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
    let package = first.starts_with("package") && first.ends_with(".json");
    let kind = path.extension().and_then(|kind| kind.to_str());
    !NOT_SERVED.contains(&first) && !package && kind.is_none_or(|kind| SERVED.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_dashboard_is_served() {
        for (path, served) in [
            ("", true),
            ("index.html", true),
            ("pages/today.js", true),
            ("vendor/inter/inter-latin.woff2", true),
            ("manifest.webmanifest", true),
            ("node_modules/lit-html/lit-html.js", false),
            ("tests/shell.spec.js", false),
            ("package.json", false),
            ("package-lock.json", false),
            ("api-types.d.ts", false),
            ("playwright.config.mjs", false),
        ] {
            assert_eq!(is_served(Path::new(path)), served, "{path}");
        }
    }
}
