package redact

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/dsn"
	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// settings copies the value of a setting in a configuration file: its keys, booleans and numbers, and those texts
// that are a number with a unit or whose name is known not to be of a secret.
func (r *redactor) settings(name string) {
	switch r.space() {
	case '{':
		if unknown(r.in[r.i:]) {
			r.reason()
			return
		}
		pair := r.pair()
		r.object(func(inner string, _ int) { r.setting(inner, pair) })
	case '[':
		r.each(func(int) { r.settings(name) })
	case '"':
		r.settingText(name)
	default:
		r.copy()
	}
}

// setting copies one setting. pair is the name of the environment variable that it is the value of; "" if it is none.
func (r *redactor) setting(name, pair string) {
	switch {
	case unknown(r.in[r.i:]):
		r.reason()
	case name == "value" && pair != "":
		r.variable(pair)
	case strings.HasSuffix(normal(name), "dsn") && r.in[r.i] == '"':
		r.dsn()
	case opaqueSettings[name]:
		r.opaque()
	case secretSettings[name], sensitive(name) && !plainSettings[name]:
		r.hide()
	default:
		r.settings(name)
	}
}

// reason copies why a value is not in the file: which variable holds it, or which file.
func (r *redactor) reason() {
	switch r.space() {
	case '{':
		r.object(func(string, int) { r.reason() })
	case '[':
		r.each(func(int) { r.reason() })
	case '"':
		r.searched()
	default:
		r.copy()
	}
}

// pair returns the name in an object with a name and a value, which is that of an environment variable; else "".
func (r *redactor) pair() string {
	look, name := redactor{in: r.in, i: r.i + 1}, ""
	for look.more('}') {
		key := unquote(look.raw())
		look.space()
		look.i++ // colon
		raw := look.raw()
		if key == "name" {
			name = unquote(raw)
		}
	}
	return name
}

// variable copies the value of an environment variable if its name is known not to be of a secret.
func (r *redactor) variable(name string) {
	switch {
	case r.space() == '{' && unknown(r.in[r.i:]):
		r.reason()
	case harmlessVariables[name] && r.in[r.i] == '"':
		r.address()
	default:
		r.opaque()
	}
}

func (r *redactor) settingText(name string) {
	start := r.i
	raw := r.raw()
	if s := unquote(raw); s == "" || published[s] || len(s) <= longestNumber && harmless(s) {
		r.out = append(r.out, raw...)
		return
	}
	if !plainSettings[name] || bytes.Contains(raw, []byte("-----BEGIN")) { // a key pasted in place of a path
		r.mark(raw)
		return
	}
	said := unquote(raw)
	if wordSettings[name] && Found(said) != said || name == "content_security_policy" && !policy.MatchString(said) {
		r.mark(raw)
		return
	}
	if !format.fits(digest.ReplaceAllString(strings.ReplaceAll(Text(said), Marker, ""), "")) && !ofNetwork(said) {
		r.mark(raw)
		return
	}
	r.i = start
	if isAddress.MatchString(name) {
		r.address()
	} else {
		r.searched()
	}
}

// wordSettings are settings that have one of a few words. What else stands there may be anything.
var wordSettings = names("level output same_site role")

// policy matches a content security policy: every part begins with the name of a directive.
var policy = lazyregexp.New(`^\s*([a-z]+(-[a-z]+)+|sandbox)(\s[^;]*)?(;\s*(([a-z]+(-[a-z]+)+|sandbox)(\s[^;]*)?)?)*$`)

// isAddress matches the names of settings with the address of a server, or of an image on one.
var isAddress = lazyregexp.New(`(?i)(host|addr|address|endpoint|repository|registry|image)$`)

// address copies the address of a server, without user and password if it is a URL. If they come without a scheme, or
// it is unclear where they end, it hides the whole address.
func (r *redactor) address() {
	start := r.i
	raw := r.raw()
	if hasUserData(strings.ReplaceAll(Text(unquote(raw)), Marker+"@", "")) {
		r.mark(raw)
		return
	}
	r.i = start
	r.searched()
}

// harmless reports whether a short text is a number, a duration or a boolean.
func harmless(s string) bool {
	return number.MatchString(s) || duration.MatchString(s) || truth.MatchString(s)
}

// unknown reports whether JSON text begins with the marker of a value that is not in the file.
func unknown(text []byte) bool {
	return strings.HasPrefix(string(text[:min(len(text), 16)]), `{"$unknown":`)
}

const longestNumber = 12

var (
	number   = lazyregexp.New(`^-?[0-9]+(\.[0-9]+)?[a-zA-Z%]{0,2}$`)
	duration = lazyregexp.New(`^-?([0-9]+(\.[0-9]+)?(h|m|s|ms|us|ns))+$`)
	truth    = lazyregexp.New(`(?i)^(true|false|yes|no|on|off)$`)
)

// published are passwords and keys from the vendor's defaults. They are publicly known, so hiding them would only
// hide that someone uses them.
var published = names(
	"changeme edd1c9f034335f136f87ad84b625c8f1 4054f7cf07e344346cd3f287985e76a2")

// dsn copies scheme, host, database and harmless options of a connection URL. Any other form is hidden whole, except
// for a published password.
func (r *redactor) dsn() {
	raw := r.raw()
	if string(raw) == `""` {
		r.out = append(r.out, raw...)
		return
	}
	clean, ok := connection(unquote(raw))
	if !ok {
		r.mark(raw)
		return
	}
	r.hidden = true
	r.out = append(r.out, quote(clean)...)
}

// connection returns a connection string without user, password and options that may contain a secret. Of the keyword
// form, which no rule compares, only a published password stays. If ok is false, the string was not understood with
// certainty or nothing of it stays, and none of it may be shown.
func connection(text string) (clean string, ok bool) {
	d, err := dsn.Parse(text)
	switch {
	case err != nil || strings.TrimSpace(text) == "":
		return "", false
	case d.Keywords && published[d.Password()]:
		return "user=" + Marker + " password=" + d.Password(), true
	case d.Keywords:
		return "", false
	}
	user := Marker
	if published[d.Password()] {
		user += ":" + d.Password()
	}
	var options []string
	for _, s := range d.Settings {
		value := "hidden"
		if s.Name == "user" || s.Name == "password" { // the marker replaces both
			continue
		}
		if shownOption(s) {
			value = strings.ReplaceAll(url.QueryEscape(s.Value), "%2F", "/")
		}
		options = append(options, s.Name+"="+value)
	}
	clean = d.Base(user)
	if len(options) > 0 {
		clean += "?" + strings.Join(options, "&")
	}
	return clean, true
}

func shownOption(s dsn.Setting) bool {
	switch s.Name {
	case "host", "port", "dbname", "database":
		return setting.fits(s.Value)
	case "options":
		return serverSettings.MatchString(s.Value)
	}
	return published[s.Value] || harmlessOptions[s.Name] && plainOption.MatchString(s.Value)
}

func names(list string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(list) {
		set[name] = true
	}
	return set
}

// plainOption matches the values of harmless options of a connection URL.
var plainOption = lazyregexp.New(`^[\p{L}\p{N}_.,/$" -]*$`)

// serverSettings matches options of a PostgreSQL session that contain no secret.
var serverSettings = lazyregexp.New(`^(\s*-c\s*(search_path|statement_timeout|lock_timeout|TimeZone)=[\w.,/]+)+\s*$`)

var (
	// harmlessOptions are the options of connection URLs that are not secret.
	harmlessOptions = names(
		`sslmode search_path application_name connect_timeout encrypt tls charset parsetime
		target_session_attrs statement_timeout pool_max_conns sslrootcert sslcert sslkey`)
	// harmlessVariables are the environment variables that rules look at.
	harmlessVariables = names(
		`API7_CONTROL_PLANE_ENDPOINTS API7_CONTROL_PLANE_SNI API7_GATEWAY_GROUP_SHORT_ID
		APISIX_DEPLOYMENT_ETCD_HOST APISIX_WORKER_PROCESSES`)
	// secretSettings are secret although their names do not say so.
	secretSettings = names(
		"keyring account_key access_key")
	// opaqueSettings contain code or free text.
	opaqueSettings = names(
		`annotations podAnnotations podLabels labels extraInitContainers extraContainers command args
		configurationSnippet main_configuration_snippet http_configuration_snippet http_server_configuration_snippet
		http_server_location_configuration_snippet http_admin_configuration_snippet http_end_configuration_snippet
		stream_configuration_snippet custom_menu_group`)
	// plainSettings contain enumerations, addresses and names that findings show.
	plainSettings = names(
		`level output access_log host ip addr address mode role config_provider same_site method
		query_path_prefix remote_write_path cron_spec region bucket resource_bucket config_bucket resource_container
		config_container endpoint custom_endpoint prefix sni server_name http ssl name plugins stream_plugins whitelist
		real_ip_from real_ip_header real_ip_recursive underscores_in_headers ssl_protocols ssl_ciphers sslProtocols sslCiphers
		cache_levels disk_path error_log error_log_level worker_processes access_log_format accessLogFormat
		access_log_format_escape accessLogFormatEscape extra_lua_path extra_lua_cpath extraLuaPath extraLuaCPath
		lua_module_hook content_security_policy trusted_proxies allow_list deny_list type kind repository registry tag
		digest pullPolicy storageClass fullnameOverride nameOverride externalTrafficPolicy resolvers dns_resolver
		trusted_addresses trustedAddresses allow_admin admin_listen admin_api_version node_listen tcp udp collector_addr
		admin_api_address dp_manager_address httpRouter workerProcesses mountPath role_type source trace_id_source
		enable_server_tokens key_file cert_file ca_file imageRegistry
		realIpHeader realIpRecursive realIpFrom underscoresInHeaders session_options_config fallback_sni fallbackSNI file_path request_body_json_lib requestBodyJsonLib listen`)
)
