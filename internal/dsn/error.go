package dsn

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// Error says why a text is not certain to be a connection string, and how to write one.
type Error struct {
	Why  string // follows "the connection string cannot be understood: "
	Hint string
}

// Error returns Why.
func (e *Error) Error() string { return e.Why }

// Form says how connection strings are written.
const Form = `write postgres://user@host:5432/database, or "host=… port=… user=… dbname=…"; ` + Encoding

// Encoding says how to write characters in a URL that have a meaning there.
const Encoding = `in user and password of a URL @ is written %40, / %2F, ? %3F, # %23, : %3A, % %25, [ %5B, ] %5D and a space %20`

const (
	quoteHint     = `quote a value with a space in it: password='…', in which ' is written \' and \ \\`
	semicolonHint = `separate keywords with spaces: "host=… port=… user=… dbname=…"; quote a value with a semicolon: password='…'`
)

var (
	errWhereItEnds    = &Error{"it is not clear where its password ends: there is a second @, or an @ or # after a / or ?", Encoding}
	errPercent        = &Error{"a % in it is not followed by two hexadecimal digits", Encoding}
	errControl        = &Error{"there is a control character in it", "write it on one line of plain text"}
	errSpaceInURL     = &Error{"there is a space in the URL", Encoding}
	errHost           = &Error{"its host is not valid", Form}
	errPort           = &Error{"its port is not a number from 1 to 65535", Form}
	errDatabase       = &Error{"its database name has a character that must be encoded", `write the name in a URL: @ as %40, / as %2F, ? as %3F, # as %23, : as %3A, ; as %3B, = as %3D, & as %26`}
	errQuery          = &Error{"what follows the ? is not name=value&name=value", Form}
	errSemicolons     = &Error{"its keywords are separated by semicolons", semicolonHint}
	errNoEqualSign    = &Error{"there is a word without = in it", quoteHint}
	errQuotes         = &Error{"a quote in it is not closed, or something follows it without a space", quoteHint}
	errKeyword        = &Error{"it has an unknown keyword", Form}
	errBehindPassword = &Error{"an unknown keyword follows the password", "check its spelling; " + quoteHint + "; " + Encoding}
	errTwice          = &Error{"it has a keyword twice", "leave one of them out; " + quoteHint}
	errInside         = &Error{"a value in it looks like another connection string", Form}
	errJDBC           = &Error{"it begins with jdbc:", "leave out jdbc:, so that it begins with postgres:// or postgresql://"}
	errScheme         = &Error{"its scheme is missing or misspelt", "begin it with postgres://; " + Encoding}
	errNeither        = &Error{"it is neither a URL nor keywords", Form}
)

// notKeywords returns what is wrong with a text that is neither a URL nor in keyword form.
func notKeywords(text string) error {
	switch {
	case likeURL.MatchString(text):
		return errScheme
	case strings.Contains(text, ";"):
		return errSemicolons
	}
	return errNeither
}

var likeURL = lazyregexp.New(`^\S*(/\S*/|:.*@|@\S*:)|^(?i:postg|pgsql)\S*:`)

// Engine returns the kind of database that a connection string is for, even if the string cannot be parsed; "" for
// PostgreSQL and for unknown kinds.
func Engine(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	ofJava := strings.HasPrefix(text, "jdbc:")
	text = strings.TrimPrefix(text, "jdbc:")
	for _, engine := range []struct{ prefix, name string }{
		{"mysql", "MySQL"}, {"mariadb", "MySQL"}, {"oceanbase", "OceanBase"}, {"sqlserver", "Microsoft SQL Server"}, {"mssql", "Microsoft SQL Server"},
	} {
		if scheme, _, found := strings.Cut(text, ":"); found && strings.HasPrefix(scheme, engine.prefix) {
			return engine.name
		}
	}
	switch {
	case ofJava && !strings.HasPrefix(text, "postg"):
		return "a JDBC data source"
	case scheme.MatchString(text):
	case strings.Contains(text, "@tcp("), strings.HasPrefix(text, "tcp("), strings.Contains(text, "@unix("):
		return "MySQL"
	case isADO(text):
		return "Microsoft SQL Server"
	}
	return ""
}

// isADO reports whether a connection string has the form "server=…;user id=…" of the SQL Server drivers.
func isADO(text string) bool {
	if !strings.Contains(text, ";") {
		return false
	}
	for part := range strings.SplitSeq(text, ";") {
		key, _, ok := strings.Cut(part, "=")
		if ok && slices.Contains([]string{"server", "data source", "addr", "address", "network address", "initial catalog"}, strings.TrimSpace(key)) {
			return true
		}
	}
	return false
}
