#!/bin/sh
# Finds the PostgreSQL and PgBouncer programs and jq, which the tests start, installs them from Debian's packages as root, or says
# how to get them. Tests fail without them; they never skip.
set -eu

have() {
	for dir in ${PGBIN:+"$PGBIN"} $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
		[ -x "$dir/initdb" ] && return 0
	done
	command -v initdb >/dev/null 2>&1
}

have && { command -v pgbouncer || ls /usr/sbin/pgbouncer; } >/dev/null 2>&1 && command -v jq >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	# No cluster is wanted: tests make their own. A service that cannot be started here is no obstacle.
	export DEBIAN_FRONTEND=noninteractive
	mkdir -p /etc/postgresql-common/createcluster.d
	echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/preflight.conf
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql pgbouncer jq; } >&2 && have && exit 0
fi
echo "the tests start PostgreSQL, PgBouncer and jq: install Debian's postgresql, pgbouncer and jq, or set PGBIN to a folder with initdb and postgres and put pgbouncer in PATH" >&2
exit 1
