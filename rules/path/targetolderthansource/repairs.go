package targetolderthansource

import "github.com/api7-preflight/api7-preflight/internal/version"

// repair came in several release lines at about the same time.
type repair struct {
	since version.Change
	ends  string // what it ended
}

// repairs returns what release notes say of more than one line, beside the defects that any target is judged by.
var repairs = []repair{
	{version.Since("3.3.3", "3.4.1"), "with your own access_log_format and access_log_format_escape: json, each line gets an extra request_id"},
	{version.Since("3.5.5", "3.6.1", "3.7.1"), "openid-connect cannot verify the issuer"},
	{version.Since("3.5.5", "3.6.1", "3.7.1"), "limit-count-advanced sometimes answers 500 under load"},
	{version.Since("3.7.4", "3.8.1"), "request-id accepts the snowflake algorithm, which was removed for its risks"},
	{version.Since("3.7.4", "3.8.1"), "requests are slow while Redis is down"},
	{version.Since("3.7.5", "3.8.2"), "editing the basic data of a published service fails"},
	{version.Since("3.7.6", "3.8.3"), "Kubernetes service discovery is slow with many nodes"},
	{version.Since("3.7.6", "3.8.3"), "two faulty custom plugins stop the built-in ones"},
	{version.Since("3.8.22", "3.9.2"), "gateways can fail to start with \"deepcopy table overflow\""},
	{version.Since("3.8.22", "3.9.2"), "syslog over UDP stops sending after a very long line"},
	{version.Since("3.8.22", "3.9.2"), "client certificates of longer chains are refused: the default of client.depth is too small"},
	{version.Since("3.8.22", "3.9.2"), "limit-count-advanced cannot give Redis Sentinel a password for Redis"},
}
