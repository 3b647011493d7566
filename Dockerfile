# syntax=docker/dockerfile:1
# The image of Almanac: the server, the dashboard, and PostgreSQL's programs, so that it also runs on its own.
#
#   docker build --tag almanac .
#   docker run --publish 8080:8080 --volume almanac:/var/lib/almanac almanac
#
# With DATABASE_URL set it uses that PostgreSQL instead, as docker-compose.yml does.

FROM rust:1.95.0-slim-trixie AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev make perl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY crates crates
COPY bench bench
COPY migrations migrations
COPY data data
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package almanac-server --bin almanac \
    && cp target/release/almanac /usr/local/bin/almanac

FROM debian:trixie-slim
# Debian's PostgreSQL would make a cluster of its own while it is installed; Almanac makes its own.
RUN mkdir -p /etc/postgresql-common/createcluster.d \
    && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/almanac.conf \
    && apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl postgresql-17 tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 almanac \
    && useradd --uid 10001 --gid almanac --no-create-home --home-dir /var/lib/almanac --shell /usr/sbin/nologin almanac \
    && install --directory --owner almanac --group almanac --mode 0700 /var/lib/almanac
COPY --from=build /usr/local/bin/almanac /usr/local/bin/almanac
COPY web /usr/share/almanac/web

USER almanac
WORKDIR /var/lib/almanac
ENV ALMANAC_DATA=/var/lib/almanac \
    HOST=0.0.0.0 \
    LOG_FORMAT=json \
    PORT=8080
VOLUME /var/lib/almanac
EXPOSE 8080
# The first start makes a database, which takes some seconds.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD curl --fail --silent --show-error --output /dev/null "http://127.0.0.1:${PORT}/health/ready" || exit 1
STOPSIGNAL SIGTERM
ENTRYPOINT ["almanac"]
CMD ["serve"]
