#!/usr/bin/env bash
# Builds the static binaries that are given out, with the notices of what is in them and SHA256SUMS, in dist/ or $DIST.
# The same commit and the same release of Go give the same bytes, wherever the tree is and whatever GOFLAGS says.
#
#   internal/dev/tools/dist.sh                  every platform
#   internal/dev/tools/dist.sh linux/amd64      one
#   internal/dev/tools/dist.sh -check           builds HEAD from two fresh clones, the second without a build cache, and
#                                               fails if a byte differs or a binary for Linux is too large
set -euo pipefail
cd "$(dirname "$0")/../../.."
go=${GO:-go}
most=$((20 << 20)) # bytes of a binary for Linux

sums() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

build() {
	local out=${DIST:-dist} platform os arch suffix
	rm -rf "$out" && mkdir -p "$out"
	for platform in "$@"; do
		os=${platform%/*} arch=${platform#*/} suffix=
		[ "$os" != windows ] || suffix=.exe
		# The version is in the build information: the tag, or the time and hash of the commit, and +dirty for a changed tree.
		# HTTP/2, a third of a megabyte, is left out: the Admin API is asked for one address after the other.
		# GOFLAGS is not empty, since an empty one would be looked up in the settings of the person who builds.
		GOFLAGS=-mod=readonly CGO_ENABLED=0 GOOS=$os GOARCH=$arch GOAMD64=v1 GOARM64=v8.0 GOFIPS140=off \
			"$go" build -trimpath -buildvcs=true -tags nethttpomithttp2 -ldflags '-s -w -buildid=' \
			-o "$out/api7-preflight-$os-$arch$suffix" ./cmd/api7-preflight
	done
	cp docs/THIRD_PARTY_NOTICES.txt "$out/"
	(cd "$out" && sums -- api7-preflight-* THIRD_PARTY_NOTICES.txt >SHA256SUMS && wc -c -- api7-preflight-*)
}

check() {
	scratch=$(mktemp -d)
	trap 'chmod -R u+w "$scratch" && rm -rf "$scratch"' EXIT
	git clone -q . "$scratch/one"
	git clone -q . "$scratch/a/longer/way/to/two"
	(cd "$scratch/one" && DIST=dist internal/dev/tools/dist.sh)
	(cd "$scratch/a/longer/way/to/two" && GOCACHE=$scratch/cache DIST=dist internal/dev/tools/dist.sh >/dev/null)
	diff "$scratch/one/dist/SHA256SUMS" "$scratch/a/longer/way/to/two/dist/SHA256SUMS"
	cat "$scratch/one/dist/SHA256SUMS"
	local f size
	for f in "$scratch"/one/dist/api7-preflight-linux-*; do
		size=$(wc -c <"$f")
		if [ "$size" -gt "$most" ]; then
			echo "${f##*/} has $size bytes, and $most are the most" >&2
			exit 1
		fi
	done
}

case ${1:-} in
-check) check ;;
"") build linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64 ;;
*) build "$@" ;;
esac
