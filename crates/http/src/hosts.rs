//! Which names the server answers by, and whose request it is when proxies stand between.
//!
//! A page of another site whose name was made to point here (DNS rebinding) asks with that name in `Host`.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::RequestHead;
use actix_web::http::header::{self, HeaderMap, HeaderName};

use crate::settings::{Network, Settings};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Names and proxies.
pub(crate) struct Hosts {
    allowed: Vec<String>,
    any: bool,
    proxies: Vec<Network>,
}

impl Hosts {
    pub fn new(settings: &Settings) -> Hosts {
        Hosts {
            allowed: settings.allowed_hosts.clone(),
            any: settings.allowed_hosts.iter().any(|host| host == "*"),
            proxies: settings.trusted_proxies.clone(),
        }
    }

    /// Whether the request is for us.
    pub fn is_ours(&self, head: &RequestHead) -> bool {
        self.any
            || self
                .asked(head)
                .is_some_and(|asked| self.allowed.iter().any(|ours| ours.eq_ignore_ascii_case(asked)))
    }

    /// Whether a page at `host`, with a port or without, is of the name that the request asks by.
    pub fn is_asked_by(&self, head: &RequestHead, host: &str) -> bool {
        let forwarded = head.headers.get(FORWARDED_HOST).filter(|_| self.is_proxied(head));
        let asked =
            forwarded.or_else(|| head.headers.get(header::HOST)).and_then(|value| value.to_str().ok());
        asked.is_some_and(|asked| asked.trim().eq_ignore_ascii_case(host))
    }

    /// Whether it is asked by a name that never leaves the machine.
    pub fn is_asked_locally(&self, head: &RequestHead) -> bool {
        matches!(self.asked(head), Some("localhost" | "127.0.0.1" | "[::1]"))
    }

    /// The name it was asked by, without a port.
    fn asked<'a>(&self, head: &'a RequestHead) -> Option<&'a str> {
        let forwarded = head.headers.get(FORWARDED_HOST).filter(|_| self.is_proxied(head));
        let host = forwarded.or_else(|| head.headers.get(header::HOST))?.to_str().ok()?.trim();
        // An IPv6 address stands in brackets, and its colons are not the port's.
        match host.strip_prefix('[') {
            Some(rest) => rest.find(']').and_then(|end| host.get(..end + 2)),
            None => host.split(':').next(),
        }
    }

    fn is_proxied(&self, head: &RequestHead) -> bool {
        let peer = head.peer_addr.map(|peer| peer.ip());
        peer.is_some_and(|peer| self.proxies.iter().any(|proxy| proxy.contains(peer)))
    }

    /// Who asks: the nearest address that is not one of our proxies.
    pub fn client(&self, head: &RequestHead) -> IpAddr {
        let peer = head.peer_addr.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
        if self.proxies.is_empty() || !self.is_proxied(head) {
            return peer;
        }
        forwarded(&head.headers)
            .into_iter()
            .rev()
            .find(|address| !self.proxies.iter().any(|proxy| proxy.contains(*address)))
            .unwrap_or(peer)
    }
}

/// The addresses of `X-Forwarded-For`, farthest first. What stands before something unreadable is not believed.
fn forwarded(headers: &HeaderMap) -> Vec<IpAddr> {
    let values: Vec<&str> = headers.get_all(FORWARDED_FOR).filter_map(|value| value.to_str().ok()).collect();
    let mut nearest_first: Vec<IpAddr> = Vec::new();
    for text in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        match text.trim().parse::<IpAddr>() {
            Ok(address) => nearest_first.push(address.to_canonical()),
            Err(_) => break,
        }
    }
    nearest_first.reverse();
    nearest_first
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn hosts(allowed: &[&str], proxies: &[&str]) -> Hosts {
        Hosts {
            allowed: allowed.iter().map(ToString::to_string).collect(),
            any: allowed.contains(&"*"),
            proxies: proxies.iter().map(|proxy| proxy.parse().unwrap()).collect(),
        }
    }

    #[test]
    fn only_our_names() {
        let ours = hosts(&["localhost", "127.0.0.1", "[::1]", "almanac.example.org"], &[]);
        for (host, expected) in [
            ("localhost", true),
            ("localhost:8080", true),
            ("LOCALHOST:1", true),
            ("127.0.0.1:8080", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("almanac.example.org", true),
            ("evil.example.org", false),
            ("localhost.evil.example.org", false),
            ("localhost@evil.example.org", false),
            ("[::2]", false),
            ("[::1", false),
            ("", false),
            ("127.0.0.2", false),
        ] {
            let request = TestRequest::default().insert_header((header::HOST, host)).to_srv_request();
            assert_eq!(ours.is_ours(request.head()), expected, "{host:?}");
        }
        assert!(!ours.is_ours(TestRequest::default().to_srv_request().head()));
        assert!(hosts(&["*"], &[]).is_ours(TestRequest::default().to_srv_request().head()));
    }

    #[test]
    fn forwarded_headers_count_from_our_proxies_only() {
        let request = |peer: &str, forwarded: &str| {
            TestRequest::default()
                .peer_addr(format!("{peer}:1").parse().unwrap())
                .insert_header((header::HOST, "inside"))
                .insert_header((FORWARDED_FOR, forwarded))
                .insert_header((FORWARDED_HOST, "outside"))
                .to_srv_request()
        };
        let ours = hosts(&["outside"], &["10.0.0.0/8"]);
        for (peer, header, client) in [
            ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
            ("10.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
            ("10.0.0.1", "198.51.100.1, nonsense, 10.0.0.2", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("192.0.2.1", "203.0.113.7", "192.0.2.1"),
        ] {
            let request = request(peer, header);
            assert_eq!(ours.client(request.head()).to_string(), client, "{peer} {header:?}");
            assert_eq!(ours.is_ours(request.head()), peer == "10.0.0.1");
        }
    }
}
