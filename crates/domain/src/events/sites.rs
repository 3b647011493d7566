//! Sites: what is kept of the address of a page, and to whom it belongs.

use url::{Host, Url};
use uuid::Uuid;

/// Characters of an address at the most; the rest of a longer one is left out.
const LONGEST: usize = 2048;
/// Bytes of a host (RFC 1035 allows names of 255) or a scheme.
const LONGEST_NAME: usize = 255;

/// A page that was told: its address, without name and password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page(String);

impl Page {
    /// Reads an address as browsers do (WHATWG URL); nothing of what is none, or has a host that no name can be so long
    /// as. Of what is not of the web (files, data, pages of the browser and its extensions) only the scheme and the
    /// host are kept: they say enough, and the rest may hold anything.
    #[must_use]
    pub fn read(address: &str) -> Option<Page> {
        let address = address.trim();
        if is_plain(address) { Some(Page(address.to_owned())) } else { Page::parse(address) }
    }

    fn parse(address: &str) -> Option<Page> {
        let mut url = Url::parse(address).ok()?;
        let host = url.host_str().unwrap_or_default();
        if host.len() > LONGEST_NAME || url.scheme().len() > LONGEST_NAME {
            return None;
        }
        if !matches!(url.scheme(), "http" | "https") {
            let before = if host.is_empty() { ":" } else { "://" };
            return Some(Page(format!("{}{before}{}", url.scheme(), host.to_ascii_lowercase())));
        }
        // Neither can fail for an address with a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let url = String::from(url);
        Some(Page(match url.char_indices().nth(LONGEST) {
            Some((end, _)) => url.get(..end).unwrap_or_default().to_owned(),
            None => url,
        }))
    }

    /// The address as it is kept: with its query and fragment, or without.
    #[must_use]
    pub fn address(&self, with_query: bool) -> &str {
        // Neither sign stands for itself anywhere before them in an address that was read.
        let is_end = |byte| matches!(byte, b'?' | b'#');
        let end = if with_query { None } else { self.0.bytes().position(is_end) };
        end.and_then(|end| self.0.get(..end)).unwrap_or(&self.0)
    }

    /// Its host: see [`host`].
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        host(&self.0)
    }
}

/// The host of an address as it is kept: in lower case, in its ASCII form, without a port and without one `www.` before it;
/// none where the address has none.
#[must_use]
pub fn host(kept: &str) -> Option<&str> {
    let (_, rest) = kept.split_once(':')?;
    let authority = rest.strip_prefix("//")?.split('/').next()?;
    // A number of IPv6 stands in brackets.
    let host = match authority.find(']') {
        Some(end) => authority.get(..=end),
        None => authority.split(':').next(),
    }?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| !host.is_empty())
}

/// Whether an address is written as a browser would write it: of the web, its host in lower case and neither a number nor in
/// another script, and nothing in it that is encoded or resolved. Nearly all that browsers report are, and need not be taken
/// apart for it.
fn is_plain(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let Some((host, path)) = rest.and_then(|rest| rest.split_once('/')) else { return false };
    let mut before = b'/';
    let stays = |byte| {
        // A segment that begins so may stand for this folder or the one above.
        let may_resolve = before == b'/' && matches!(byte, b'.' | b'%');
        before = byte;
        let is_safe = matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b'@'
            | b'!' | b'$' | b'&' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b'%' | b'?' | b'#');
        is_safe && !may_resolve
    };
    is_plain_host(host) && address.len() <= LONGEST && path.bytes().all(stays)
}

/// Whether a host is a name that is written as a browser would write it: in lower case, and neither a number nor in another
/// script. Of others only the parser knows whether they are names.
fn is_plain_host(host: &str) -> bool {
    let is_name = |label: &str| !label.is_empty() && !label.starts_with("xn--");
    host.len() <= LONGEST_NAME
        && host.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
        && host.split('.').all(is_name)
        && host
            .rsplit('.')
            .next()
            .is_some_and(|last| last.starts_with(|first: char| first.is_ascii_lowercase()))
}

/// A host as it is compared: in lower case, without one `www.` before it.
#[must_use]
pub fn plain_host(host: &str) -> String {
    let host = host.trim().to_ascii_lowercase();
    host.strip_prefix("www.").map(ToOwned::to_owned).unwrap_or(host)
}

/// The registrable domain of a host: what somebody can register under a public suffix (`publicsuffix.org`, private
/// part included). A host that has none (an address, a name of the house, a suffix itself) stands for itself; the page
/// of an extension is of no domain.
#[must_use]
pub fn domain(host: &str) -> Option<&str> {
    if !is_plain_host(host) && !matches!(Host::parse(host), Ok(Host::Domain(_))) {
        return Some(host).filter(|host| !host.is_empty());
    }
    if is_extension(host) { None } else { Some(psl::domain_str(host).unwrap_or(host)) }
}

/// Whether a host is the id of an extension: 32 letters from a to p in Chromium, a UUID in Firefox.
fn is_extension(host: &str) -> bool {
    let of_chromium = host.len() == 32 && host.bytes().all(|letter| (b'a'..=b'p').contains(&letter));
    of_chromium || Uuid::try_parse(host).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_an_address_may_hide_is_left_out() {
        for (address, kept, host) in [
            ("https://Example.ORG", "https://example.org/", Some("example.org")),
            (
                "https://www.example.org:8443/a/b?q=1#x",
                "https://www.example.org:8443/a/b",
                Some("example.org"),
            ),
            ("http://me:secret@example.org/a", "http://example.org/a", Some("example.org")),
            ("https://www.www.example.org/", "https://www.www.example.org/", Some("www.example.org")),
            ("https://b\u{fc}cher.example/", "https://xn--bcher-kva.example/", Some("xn--bcher-kva.example")),
            ("http://[::1]:8080/x", "http://[::1]:8080/x", Some("[::1]")),
            ("http://127.0.0.1/", "http://127.0.0.1/", Some("127.0.0.1")),
            ("file:///home/me/taxes.pdf", "file:", None),
            ("data:text/html,<b>hello", "data:", None),
            ("chrome-extension://abcdef/popup.html", "chrome-extension://abcdef", Some("abcdef")),
            ("Custom://WWW.Thing.Example:7/x", "custom://www.thing.example", Some("thing.example")),
            ("http://www./x", "http://www./x", None),
            ("about:blank", "about:", None),
        ] {
            let page = Page::read(address).unwrap();
            assert_eq!((page.address(false), page.host()), (kept, host), "{address}");
        }
        let whole = Page::read("https://me:secret@example.org/a?q=1#x").unwrap();
        assert_eq!(whole.address(true), "https://example.org/a?q=1#x");
        let long =
            Page::read(&format!("https://example.org/{}?{}", "a".repeat(2000), "q".repeat(2000))).unwrap();
        assert_eq!((long.address(true).len(), long.address(false).len()), (2048, 2020));
        let endless = |host: &str| host.repeat(100);
        for address in
            ["no address", "", &format!("https://{}", endless("a.b")), &format!("{}:", endless("abc"))]
        {
            assert_eq!(Page::read(address), None, "{address}");
        }
    }

    #[test]
    fn most_addresses_are_plain() {
        for address in [
            "https://example.org/",
            "http://www.example.co.uk/a/b.html?q=1&r=%20#x",
            "https://docs.rs/diesel/latest/diesel/",
            "https://mail.example.org/u/0/#inbox",
        ] {
            assert!(is_plain(address), "{address}");
        }
    }

    fn address() -> impl Strategy<Value = String> {
        let part = "([a-zA-Z0-9.%?#@:&' \"<>`|^{}\\\\/-]|xn--|%2e|é|\\.\\./){0,12}";
        (
            "(https?|HTTP|ftp|Thing)(://|:/|:)",
            "((www\\.)?([a-z0-9-]{1,4}|xn--a|A|0x1|\\.)(\\.([a-z0-9-]{0,3}|org|1|0x|xn--p1ai)){0,3}(:[0-9]{1,3})?|a@b|\\[::1\\](:8)?)",
            part,
            part,
        )
            .prop_map(|(scheme, host, path, rest)| format!("{scheme}{host}/{path}{rest}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]

        #[test]
        fn plain_addresses_are_what_they_are_taken_apart_to(address in address()) {
            let address = address.trim();
            if is_plain(address) {
                prop_assert_eq!(Page::read(address), Page::parse(address), "{}", address);
            }
        }

        #[test]
        fn the_host_of_a_kept_address_is_that_of_what_was_told(address in address(), keep in any::<bool>()) {
            if let Some(page) = Page::read(&address) {
                let told = Url::parse(address.trim()).unwrap();
                let told = told.host_str().map(plain_host).filter(|host| !host.is_empty());
                prop_assert_eq!(page.host(), told.as_deref(), "{}", address);
                prop_assert_eq!(host(page.address(keep)), told.as_deref(), "{}", address);
            }
        }

        #[test]
        fn plain_ones_of_plain_parts_too(address in "https?://(www\\.)?[a-z0-9-]{1,5}(\\.[a-z0-9-]{0,4}){0,2}/[a-z.%2e/?#:@!$&()*+,;=~_-]{0,12}") {
            if is_plain(&address) {
                prop_assert_eq!(Page::read(&address), Page::parse(&address), "{}", address);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]

        #[test]
        fn plain_hosts_are_names(host in "(xn--|0x)?[a-z0-9A-Z-]{0,5}(\\.[a-z0-9-]{0,4}){0,3}") {
            if is_plain_host(&host) {
                prop_assert_eq!(Host::parse(&host), Ok(Host::Domain(host.clone())));
            }
        }
    }

    #[test]
    fn a_domain_is_what_can_be_registered() {
        for (host, registrable) in [
            ("mail.google.com", "google.com"),
            ("a.b.example.co.uk", "example.co.uk"),
            ("co.uk", "co.uk"),
            ("someone.github.io", "someone.github.io"),
            ("site-386b3712.example", "site-386b3712.example"),
            ("deep.site-386b3712.example", "site-386b3712.example"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "[::1]"),
            ("localhost", "localhost"),
            ("fritz.box", "fritz.box"),
        ] {
            assert_eq!(domain(host), Some(registrable), "{host}");
        }
        for host in ["pgecldifgnpaaclnfhadlbifpnndcjck", "0b1a6a3c-3b6c-4c0e-9d1f-2f1b8c7d6e5f", ""] {
            assert_eq!(domain(host), None, "{host}");
        }
    }

    proptest! {
        #[test]
        fn a_kept_address_holds_neither_query_nor_password(path in "[a-z/]{0,40}", secret in "[a-z]{8}") {
            let address = format!("https://{secret}:{secret}@example.org/{path}?{secret}#{secret}");
            let page = Page::read(&address).unwrap();
            prop_assert!(path.contains(&secret) || !page.address(false).contains(&secret));
        }

        #[test]
        fn any_text_is_read_or_not(address in ".{0,60}", keep in any::<bool>()) {
            if let Some(page) = Page::read(&address) {
                prop_assert!(page.address(keep).chars().count() <= LONGEST);
                prop_assert!(page.host().is_none_or(|host| domain(host) != Some("")));
            }
        }
    }
}
