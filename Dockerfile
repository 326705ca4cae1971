# One recipe for all images: the nine apps, and `mesh`, the operators' command line.
#
#   docker build --build-arg APP=auth-service -t mediamesh/auth-service .
#
# The image holds one app: what it compiles to and the packages it imports, nothing else (tools/docker/prune.ts). It runs as
# a user without rights, writes nowhere but to /tmp, and needs no shell. `docker run … migrate` makes what the app stands on
# (database, topics, bucket, index, tables) and ends; without an argument the app serves.

# The Node of the base runs the app. Another base of Debian with Node 26 can be given, such as one's own mirror.
ARG BASE=node:26.10.0-bookworm-slim

# Where the pruned app comes from: `compiled` makes it here, with packages from the registry; `ready` takes a folder that
# `npm run docker -- prune` wrote, given as the context of the build, where the engine reaches no registry:
#
#   npm run docker -- prune auth-service /tmp/auth-service
#   docker build --build-arg APP=auth-service --build-arg PRUNED=ready -f Dockerfile /tmp/auth-service
ARG PRUNED=compiled

FROM ${BASE} AS packages
WORKDIR /workspace
COPY package.json package-lock.json .npmrc ./
# No script of a package runs: those that are needed here bring what they need as packages.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts

FROM packages AS built
COPY tsconfig.base.json ./
COPY apps apps
COPY libs libs
COPY migrations migrations
COPY tools tools
RUN node tools/build.mjs

FROM built AS compiled
ARG APP
RUN node dist/tools/docker/main.js prune "${APP}" /app

FROM scratch AS ready
COPY . /app

FROM ${PRUNED} AS pruned

FROM ${BASE} AS image
ARG APP
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="MediaMesh ${APP}" \
      org.opencontainers.image.description="One app of MediaMesh, a media platform for Arabic and English" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.vendor="MediaMesh" \
      org.opencontainers.image.licenses="UNLICENSED"
ENV NODE_ENV=production \
    BIND_ADDRESS=0.0.0.0
WORKDIR /app
COPY --from=pruned /app /app
# The user `node` of the base, by number, so that a platform can see that it is not root.
USER 1000:1000
STOPSIGNAL SIGTERM
# Each question starts a Node: on a busy machine that takes its time.
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --retries=3 CMD ["node", "/app/health.js"]
ENTRYPOINT ["node", "--enable-source-maps", "/app/main.mjs"]
