# The image has the program, its notices and the certificates of public authorities, and nothing else.
#
#   docker build -t api7-preflight .
#   docker run --rm --read-only api7-preflight demo
#
# Build from a clone: the version comes from .git. Nothing is written but what a flag names and, when a backup comes
# through a pipe or in a compressed archive, a copy in /tmp: give it --tmpfs /tmp then.
FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
RUN DIST=/dist internal/dev/tools/dist.sh "$TARGETOS/$TARGETARCH" \
 && mv "/dist/api7-preflight-$TARGETOS-$TARGETARCH" /dist/api7-preflight

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /dist/THIRD_PARTY_NOTICES.txt /THIRD_PARTY_NOTICES.txt
COPY --from=build /dist/api7-preflight /api7-preflight
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/api7-preflight"]
