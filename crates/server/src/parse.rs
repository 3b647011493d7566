//! How settings are written. Each parser's error names the variable and says what it may be.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use http_api::Network;
use reqwest::Url;

type Parsed<T> = Result<T, String>;

/// A path such as `/api/v1`.
pub fn base_path(text: &str) -> Parsed<String> {
    let tidy = text.trim_end_matches('/');
    let good = tidy.starts_with('/')
        && !tidy.contains("//")
        && tidy.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'));
    if good { Ok(tidy.to_owned()) } else { Err("API_BASE_PATH may be a path such as /api/v1".into()) }
}

/// Names with commas between them, or `*`.
pub fn host(text: &str) -> Parsed<String> {
    let name = text.trim().to_ascii_lowercase();
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let good = match bare {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            name == "*"
                || (!name.is_empty()
                    && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))
        }
    };
    if good {
        return Ok(name);
    }
    Err("ALLOWED_HOSTS may be names or addresses without a port, such as almanac.example.org,[2001:db8::1], or *".into())
}

/// `https://host[:port]`, or `*`.
pub fn origin(text: &str) -> Parsed<String> {
    let origin = text.trim().to_ascii_lowercase();
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let good =
        host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '*', ',']));
    if good || origin == "*" {
        return Ok(origin);
    }
    Err("ALLOWED_ORIGINS may be origins without a path, such as https://almanac.example.org, or * in development".into())
}

/// An address or a network.
pub fn network(text: &str) -> Parsed<Network> {
    text.trim().parse().map_err(|wanted| format!("TRUSTED_PROXIES may be {wanted}"))
}

/// `90s`, `15m`, `24h`, `30d`, or seconds.
pub fn duration(text: &str) -> Parsed<Duration> {
    const WANTED: &str =
        "ACCESS_TOKEN_TTL and REFRESH_TOKEN_TTL may be 1s to 3650d, written 90s, 15m, 24h or 30d";
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let scale = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(WANTED.into()),
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(scale));
    let seconds = seconds.filter(|seconds| (1..=3650 * 24 * 60 * 60).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| WANTED.into())
}

/// Requests a minute; `0` or `off` for no limit.
pub fn rate(text: &str) -> Parsed<Rate> {
    match text.trim() {
        "off" => Ok(Rate(None)),
        text => match text.parse::<u32>() {
            Ok(rate) => Ok(Rate(NonZeroU32::new(rate))),
            Err(_) => {
                Err("RATE_LIMIT and REGISTER_RATE_LIMIT may be requests a minute such as 1200, or off".into())
            }
        },
    }
}

/// Requests a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub Option<NonZeroU32>);

/// A port.
pub fn port(text: &str) -> Parsed<u16> {
    text.trim().parse().map_err(|_| "PORT may be 1 to 65535, or 0 for any that is free".into())
}

/// An address with a port.
pub fn socket_address(text: &str) -> Parsed<SocketAddr> {
    text.trim()
        .parse()
        .map_err(|_| "METRICS_ADDR may be an address with a port, such as 127.0.0.1:9090".into())
}

/// Connections of the pool.
pub fn bcrypt_cost(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|cost| (10..=16).contains(cost)).ok_or_else(|| "a number from 10 to 16".into())
}

/// See the name.
pub fn pool_size(text: &str) -> Parsed<u32> {
    let size = text.trim().parse().ok().filter(|size| (2..=90).contains(size));
    size.ok_or_else(|| "POOL_SIZE may be 2 to 90 connections".into())
}

/// Threads.
pub fn workers(text: &str) -> Parsed<usize> {
    let workers = text.trim().parse().ok().filter(|workers| (1..=256).contains(workers));
    workers.ok_or_else(|| "WORKERS may be 1 to 256 threads".into())
}

/// Calls a month.
pub fn calls(text: &str) -> Parsed<i32> {
    let calls = text.trim().parse().ok().filter(|calls| (0..=1_000_000).contains(calls));
    calls.ok_or_else(|| "INSIGHTS_MONTHLY_CALLS may be 0 to 1000000".into())
}

/// Where a provider is.
pub fn provider_url(text: &str) -> Parsed<Url> {
    let wanted =
        "OPENAI_BASE_URL may be https://host/v1 or http://host:port/v1, and GEMINI_BASE_URL https://host";
    crate::upload::address(text).map_err(|_| wanted.into())
}

/// The name of a model, which is a part of an address.
pub fn model(text: &str) -> Parsed<String> {
    let text = text.trim();
    let is_known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/');
    // Gemini's is one part of a path; others' names are sent in a body, and have owners before a slash.
    let is_name = !text.is_empty() && text.chars().all(is_known);
    is_name.then(|| text.to_owned()).ok_or_else(|| {
        "GEMINI_MODEL may be the name of a model such as gemini-2.5-flash, and OPENAI_MODEL too".into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(base_path("/api/v1/").unwrap(), "/api/v1");
        for wrong in ["", "/", "api", "/a//b", "/a b", "/{id}", "https://x/api"] {
            assert!(base_path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hosts_and_origins() {
        for (text, name) in [("Almanac.Example.org", "almanac.example.org"), ("[::1]", "[::1]"), ("*", "*")] {
            assert_eq!(host(text).unwrap(), name);
        }
        for wrong in ["", "a:80", "http://a", "[a]", "::1", "*.example.org"] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
        assert_eq!(origin("https://Almanac.example.org:8443").unwrap(), "https://almanac.example.org:8443");
        for wrong in ["", "almanac.example.org", "https://", "https://a/", "https://*.a", "null"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations() {
        for (text, seconds) in [("90", 90), ("90s", 90), ("15m", 900), ("24h", 86_400), ("30d", 2_592_000)] {
            assert_eq!(duration(text).unwrap().as_secs(), seconds);
        }
        for wrong in ["", "h", "0", "1w", "-1s", "1.5h", "4000d", "99999999999999999999d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rates() {
        assert_eq!(rate("60").unwrap(), Rate(NonZeroU32::new(60)));
        assert_eq!(rate("0").unwrap(), Rate(None));
        assert_eq!(rate("off").unwrap(), Rate(None));
        assert!(rate("many").is_err());
    }
}
