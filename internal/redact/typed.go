package redact

import (
	"net/url"
	"regexp"
	"strings"
)

// MayBeConnection reports whether a text that a person typed may be a connection string, or hold one, with a secret in it: a
// URL of a database or with user data, keywords as libpq, ADO.NET and ODBC have them, user:password@host, a line of a
// passfile; also misspelt, cut short or percent-encoded as a whole. Such a text, found where another belongs, is not to be
// repeated. It says yes in doubt; a path, a version, an image, the address of a server and GROUP=FILE are none.
func MayBeConnection(text string) bool {
	text = strings.TrimSpace(text)
	if decoded, err := url.PathUnescape(text); err == nil && decoded != text && MayBeConnection(decoded) {
		return true
	}
	return Text(text) != text || ofDatabase.MatchString(text) || networkAddress.MatchString(text) || passwordWord.MatchString(text) ||
		passfileLine.MatchString(text) || hasAuthority(text) || hasUserData(text) || hasKeywords(text)
}

var (
	// ofDatabase matches the scheme of a database, however the rest of it is spelt.
	ofDatabase = regexp.MustCompile(`(?i)(^|[\s="'])[a-z0-9+._-]*(jdbc|odbc|postg|pgsql|psql|pgx|mysql|mariadb|oceanbase|mongo|redis|sqlserver|mssql|oracle|gauss)[a-z0-9+._-]*:`)
	// networkAddress matches an address as the MySQL driver of Go has it.
	networkAddress = regexp.MustCompile(`(?i)\b(tcp|tcp6|udp|unix)\(`)
	passwordWord   = regexp.MustCompile(`(?i)(pass?w(or)?d?|passphrase|pwd|\bpass|\bpw)["']?\s*[=:]`)
	// passfileLine matches host:port:database:user:password.
	passfileLine = regexp.MustCompile(`^[^:]*:([0-9]+|\*):[^:]*:[^:]*:[^:]+$`)
	anyScheme    = regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*)?:/[/\\]`)
)

// hasAuthority reports whether there is a URL in text that is not one of a web server, a file or an image.
func hasAuthority(text string) bool {
	for _, found := range anyScheme.FindAllStringSubmatch(text, -1) {
		switch strings.ToLower(found[1]) {
		case "http", "https", "file", "oci": // user data in them is found elsewhere
		default:
			return true
		}
	}
	return false
}

var (
	// drive matches the beginning of a Windows path.
	drive = regexp.MustCompile(`^([^=]*=)?[A-Za-z]:\\`)
	// digest matches that of an image.
	digest   = regexp.MustCompile(`@sha(256|512):[0-9a-f]+$`)
	userData = regexp.MustCompile(`:[^@]*@|@[^@/\s]+:[0-9]+(/|\?|$)`)
)

// hasUserData reports whether text may be user:password@host, or the end of it.
func hasUserData(text string) bool {
	return !drive.MatchString(text) && userData.MatchString(digest.ReplaceAllString(text, ""))
}

// keyword matches one name=value of several, up to the =.
var keyword = regexp.MustCompile(`(?i)(?:^|[\s;,{])["'{]?([a-z][a-z_ ]*[a-z])["']?\s*=`)

// hasKeywords reports whether text is several name=value of which one is a name that connection strings have.
func hasKeywords(text string) bool {
	if !strings.ContainsAny(text, " \t\r\n;") || strings.Count(text, "=") < 2 && !strings.Contains(text, ";") {
		return false
	}
	for _, found := range keyword.FindAllStringSubmatch(text, -1) {
		words := strings.Fields(strings.ToLower(found[1]))
		if name := strings.Join(words, " "); connectionWords[name] || connectionWords[words[len(words)-1]] {
			return true
		}
	}
	return false
}

var connectionWords = func() map[string]bool {
	all := names(`host hostaddr port dbname database user username uid server driver dsn addr address sslmode service
		options application_name connect_timeout target_session_attrs passfile sslpassword`)
	for _, name := range []string{"user id", "data source", "initial catalog", "network address", "integrated security"} {
		all[name] = true
	}
	return all
}()
