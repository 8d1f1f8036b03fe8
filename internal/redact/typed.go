package redact

import (
	"net/url"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// MayBeConnection reports whether a text that a person typed may be, or contain, a connection string with a secret: a
// database URL or any URL with a user part; keywords in the form of libpq, ADO.NET or ODBC; user:password@host; a
// line of a passfile; any of these misspelt, cut short or percent-encoded. Such a text, found in the wrong place,
// must not be repeated in a message. In doubt the answer is true; a path, a version, an image, a server's address and
// GROUP=FILE are false.
func MayBeConnection(text string) bool {
	text = strings.TrimSpace(text)
	if decoded, err := url.PathUnescape(text); err == nil && decoded != text && MayBeConnection(decoded) {
		return true
	}
	return Text(text) != text || ofDatabase.MatchString(text) || networkAddress.MatchString(text) || passwordWord.MatchString(text) ||
		passfileLine.MatchString(text) || hasAuthority(text) || hasUserData(text) || hasKeywords(text)
}

var (
	// ofDatabase matches the scheme of a database, even a misspelt one.
	ofDatabase = lazyregexp.New(`(?i)(^|[\s="'])[a-z0-9+._-]*(jdbc|odbc|postg|pgsql|psql|pgx|mysql|mariadb|oceanbase|mongo|redis|sqlserver|mssql|oracle|gauss)[a-z0-9+._-]*:`)
	// networkAddress matches an address in the form of Go's MySQL driver.
	networkAddress = lazyregexp.New(`(?i)\b(tcp|tcp6|udp|unix)\(`)
	passwordWord   = lazyregexp.New(`(?i)(pass?w(or)?d?|passphrase|pwd|\bpass|\bpw)["']?\s*[=:]`)
	// passfileLine matches host:port:database:user:password.
	passfileLine = lazyregexp.New(`^[^:]*:([0-9]+|\*):[^:]*:[^:]*:[^:]+$`)
	anyScheme    = lazyregexp.New(`(?i)([a-z][a-z0-9+.-]*)?:/[/\\]`)
)

// hasAuthority reports whether text contains a URL other than of a web server, a file or an image.
func hasAuthority(text string) bool {
	for _, found := range anyScheme.FindAllStringSubmatch(text, -1) {
		switch strings.ToLower(found[1]) {
		case "http", "https", "file", "oci": // a user part in them is found elsewhere
		default:
			return true
		}
	}
	return false
}

var (
	// drive matches the beginning of a Windows path.
	drive = lazyregexp.New(`^([^=]*=)?[A-Za-z]:\\`)
	// digest matches the digest of an image.
	digest   = lazyregexp.New(`@sha(256|512):[0-9a-f]+$`)
	userData = lazyregexp.New(`:[^@]*@|@[^@/\s]+:[0-9]+(/|\?|$)`)
)

// hasUserData reports whether text may be user:password@host or its end.
func hasUserData(text string) bool {
	return !drive.MatchString(text) && userData.MatchString(digest.ReplaceAllString(text, ""))
}

// keyword matches the start, up to the =, of a name=value pair among several.
var keyword = lazyregexp.New(`(?i)(?:^|[\s;,{])["'{]?([a-z][a-z_ ]*[a-z])["']?\s*=`)

// hasKeywords reports whether text is several name=value pairs and at least one name occurs in connection strings.
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
