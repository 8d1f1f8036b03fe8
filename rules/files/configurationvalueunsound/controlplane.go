package configurationvalueunsound

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// listeners are what the control plane's components listen on.
func listeners() []rule.Fact {
	const (
		plain, secure = "/server/listen/disable", "/server/tls/disable"
		inValues      = "/dashboard_configuration"
		silent        = "there is no listener left for the console and the Admin API"
	)
	open := rule.Beforehand("Set one of server.listen.disable and server.tls.disable to false. HTTPS on port 7443 is the usual one.")
	return []rule.Fact{
		rows.ValueIs{
			Case: deduced("CP-NO-LISTENER"), In: []estate.Kind{estate.DashboardConfig},
			If:   cond.All(cond.True(secure), cond.True(plain)),
			Says: "true, as server.tls.disable is: " + silent, Action: "enable one of the two listeners", Steps: open,
		},
		rows.ValueIs{
			Case: deduced("CP-NO-LISTENER"), In: []estate.Kind{estate.HelmValues}, Chart: version.ControlPlaneChart,
			If:   cond.All(cond.Missing(inValues+plain), cond.True(inValues+secure)),
			Says: "true, and the chart sets server.listen.disable: " + silent, Action: "enable one of the two listeners", Steps: open,
		},
		rows.ValueIs{
			Case: deduced("CP-TLS-PAIR"), In: []estate.Kind{estate.DashboardConfig},
			If:     cond.All(cond.Not(cond.True(secure)), oneOf("/server/tls/key_file", "/server/tls/cert_file")),
			Action: "set both key_file and cert_file, or none",
			Says:   "set without the other file of the pair",
			Steps:  rule.Beforehand("Set both of server.tls.key_file and server.tls.cert_file, or none: then the built-in self-signed certificate is used."),
		},
		rows.ValueIs{
			Case: deduced("CP-TLS-PAIR"), In: []estate.Kind{estate.PortalConfig},
			If:     cond.All(cond.Not(cond.False("/server/listen/tls/enabled")), oneOf("/server/listen/tls/key_file", "/server/listen/tls/cert_file")),
			Action: "set both key_file and cert_file, or none",
			Says:   "set without the other file of the pair",
			Steps:  rule.Beforehand("Set both of server.listen.tls.key_file and server.listen.tls.cert_file, or none."),
		},
	}
}

// oneOf holds if one field is there and the other is not.
func oneOf(a, b string) cond.Condition {
	return cond.Any(cond.All(cond.Has(a), cond.Lacks(b)), cond.All(cond.Has(b), cond.Lacks(a)))
}

// words are settings that take a few words only. Letters may be of any case, as nothing public says that they must not.
func words() []rule.Fact {
	const site, safe = "/session_options_config/same_site", "/session_options_config/secure"
	return []rule.Fact{
		rows.KeySet{
			Case: rule.Case{Entry: "CP-SAMESITE"}, In: []estate.Kind{estate.DashboardConfig},
			Keys: []string{site}, If: cond.Unlike("", regexp.MustCompile(`^(?i:lax|strict|none)?$`)),
			Action: "set same_site: lax, strict or none",
			Says:   "not one of lax, strict and none",
			Steps:  rule.Beforehand("Set session_options_config.same_site to lax, which is the default of the chart, to strict or to none."),
		},
		rows.ValueIs{
			Case: rule.Case{Entry: "CP-SAMESITE"}, In: []estate.Kind{estate.DashboardConfig},
			If:     cond.All(cond.Like(site, regexp.MustCompile(`^(?i:none)$`)), cond.Not(cond.True(safe))),
			Action: "set secure: true, or same_site: lax",
			Says:   "none, and session_options_config.secure is not true: browsers drop the cookie of the console, so that nobody can log in",
			Steps:  rule.Beforehand("Set session_options_config.secure to true and serve the console by HTTPS, or set same_site to lax."),
		},
		rows.KeySet{
			Case: rule.Case{Entry: "CP-LOGLEVEL"},
			In:   []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig, estate.FileServerConfig},
			Keys: []string{"/log/level"}, If: cond.Unlike("", regexp.MustCompile(`^(?i:debug|info|warn|error)?$`)),
			Action: "set debug, info, warn or error",
			Says:   "not one of debug, info, warn and error",
			Steps:  rule.Beforehand("Set log.level to one of these words; warn is the default of the chart."),
		},
	}
}

// passwords are those of the database. A connection is never shown.
func passwords() []rule.Fact {
	const says, action = "has the default password of the database, which is published", "change the database password"
	change := rule.Beforehand("Change the password of the database, then set it in database.dsn of every component, URL-encoded.")
	return []rule.Fact{
		rows.KeySet{
			Case: rule.Case{Entry: "CP-DB-DEFAULT-PW"},
			In:   []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig, estate.FileServerConfig},
			Keys: []string{"/database/dsn"}, If: cond.LikeSecret("", regexp.MustCompile(`:changeme@|\bpassword=changeme(\s|&|$)`)),
			Says: says, Action: action, Steps: change,
		},
		rows.KeySet{
			Case: rule.Case{Entry: "CP-DB-DEFAULT-PW"}, In: []estate.Kind{estate.HelmValues}, Chart: version.ControlPlaneChart,
			Keys: []string{"/postgresql/auth/password"}, If: cond.LikeSecret("", regexp.MustCompile(`^changeme$`)),
			Says: says, Action: action, Steps: change,
		},
	}
}
