//! Which apps are browsers: what pages they show is told by their extensions as well.

/// Programs, in lower case, as trackers name them on desktops (`.exe` and what follows a name are left out).
const PROGRAMS: [&str; 30] = [
    "arc",
    "brave",
    "brave browser",
    "brave-browser",
    "chrome",
    "chromium",
    "chromium-browser",
    "duckduckgo",
    "epiphany",
    "falkon",
    "firefox",
    "firefox developer edition",
    "firefox-esr",
    "firefox-bin",
    "google chrome",
    "google-chrome",
    "google-chrome-stable",
    "iexplore",
    "konqueror",
    "librewolf",
    "microsoft edge",
    "microsoft-edge",
    "msedge",
    "opera",
    "qutebrowser",
    "safari",
    "tor browser",
    "vivaldi",
    "vivaldi-stable",
    "zen",
];

/// Package names of apps on phones and tablets, and bundles of macOS, in lower case.
const PACKAGES: [&str; 25] = [
    "app.zen_browser.zen",
    "com.android.browser",
    "com.android.chrome",
    "com.apple.mobilesafari",
    "com.apple.safari",
    "com.brave.browser",
    "com.chrome.beta",
    "com.duckduckgo.mobile.android",
    "com.google.chrome",
    "com.google.chrome.ios",
    "com.kiwibrowser.browser",
    "com.microsoft.edgemac",
    "com.microsoft.emmx",
    "com.opera.browser",
    "com.opera.mini.native",
    "com.sec.android.app.sbrowser",
    "com.vivaldi.browser",
    "company.thebrowser.browser",
    "org.chromium.chromium",
    "org.mozilla.fenix",
    "org.mozilla.firefox",
    "org.mozilla.firefox_beta",
    "org.mozilla.focus",
    "org.mozilla.ios.firefox",
    "org.torproject.torbrowser",
];

/// Whether an app, as it was sent, is a browser.
#[must_use]
pub fn is_browser(app: &str) -> bool {
    let name = app.trim().to_lowercase();
    let plain = [".exe", ".app", ".desktop"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    PROGRAMS.contains(&plain) || PACKAGES.contains(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_known_by_the_names_that_trackers_give_them() {
        for app in
            ["chrome.exe", "Google Chrome", "firefox", "Safari", "com.android.chrome", "MSEDGE.EXE", " Arc "]
        {
            assert!(is_browser(app), "{app}");
        }
        for app in ["code.exe", "chromecast", "com.google.android.youtube", "firefox monitor", ""] {
            assert!(!is_browser(app), "{app}");
        }
    }
}
