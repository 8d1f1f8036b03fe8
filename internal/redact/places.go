package redact

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// Host returns the name or the address of a server, with a port or not, as far as its shape shows that it is no secret:
// words, numbers, and what clouds and Kubernetes put between dots. All else is [Marker]. A port stays, whatever its number:
// rules ask for it.
func Host(s string) string {
	if server(s) {
		return s
	}
	name := numbered.ReplaceAllString(s, "")
	return orHidden(name, server(name)) + s[len(name):]
}

// server reports whether a text is plainly the name or the address of a server. A name may be an expression.
func server(s string) bool {
	switch {
	case s == "", replaced(s), ofNetwork(s):
		return true
	case hasUserData(s), paired(s):
		return false
	}
	return pattern.fits(s) || setting.fits(s) || ofCloud(s)
}

// ofCloud reports whether a text is the name of a server in which Kubernetes or a cloud has made a part: that of a pod, or a
// short one in front of a domain.
func ofCloud(s string) bool {
	host := numbered.ReplaceAllString(s, "")
	parts := strings.Split(host, ".")
	domain := len(parts) >= 3 && letters.MatchString(parts[len(parts)-1])
	for _, part := range parts {
		short := domain && made.MatchString(part) && (len(part) < longHexadecimal || !hexadecimal(part))
		if !short && !setting.fits(part) && !isPod(part) {
			return false
		}
	}
	return withoutIssued(s) == s
}

var (
	numbered = lazyregexp.New(`:[0-9]+$`)
	letters  = lazyregexp.New(`^[a-z]{2,}$`)
	made     = lazyregexp.New(`^[a-z0-9]{1,12}$`)
)

// servers reports whether a text is a list of servers with commas.
func servers(s string) bool {
	for one := range strings.SplitSeq(s, ",") {
		if !server(one) {
			return false
		}
	}
	return true
}

// Path cleans a path by which people find an object: of it only what is plainly drawn by lot is hidden.
func Path(s string) string {
	s = Text(s)
	pieces := strings.Split(s, "/")
	for i, piece := range pieces {
		pieces[i] = orHidden(piece, !lots(piece))
	}
	return strings.Join(pieces, "/")
}

const (
	longDigest = 32 // hexadecimal digits of a hash or a key
	shortMixed = 12 // letters and digits from which a word of both cases and digits is drawn by lot
)

// lots reports whether there is a word in a text that only a program can have made and that is no number.
func lots(s string) bool {
	for i := 0; i < len(s); {
		n := wordLength(s[i:])
		w := s[i : i+n]
		if len(w) >= longDigest && hexadecimal(w) {
			return true
		}
		if len(w) >= shortMixed && hasDigit(w) && strings.ToLower(w) != w && strings.ToUpper(w) != w && !setting.chosen(w) {
			return true
		}
		i += max(n, 1)
	}
	return false
}

// Key returns the name of a field, a header, a parameter or a setting, as far as its shape shows that it is no secret.
// All else is [Marker]: in many maps it is users who choose the names.
func Key(s string) string {
	switch {
	case s == "", replaced(s), uuid.MatchString(s):
		return s
	case len(s) > longestPlain && strings.Trim(s, decimals) == "":
		return Marker
	case ofNetwork(s), (setting.fits(s) || pattern.fits(strings.ReplaceAll(s, "~", "")) || ofCloud(s)) && !hasUserData(s) && !paired(s), camel(s):
		return s
	}
	return Marker
}

// camel reports whether a name consists of words in camel case, as those of settings do, with one number at most.
func camel(s string) bool {
	if len(s) > longestName || !camelCase.MatchString(s) || withoutIssued(s) != s || len(s) >= longHexadecimal && hexadecimal(s) {
		return false
	}
	parts := camelWord.FindAllString(s, -1)
	for _, part := range parts {
		if len(part) > mostConsonants && consonants(part) > mostConsonants {
			return false
		}
	}
	return len(s) >= 3*len(parts)
}

const longestName = 64

var (
	camelCase = lazyregexp.New(`^[A-Za-z]+([0-9]{1,2}([A-Z][A-Za-z]*)?)?$`)
	camelWord = lazyregexp.New(`[A-Z]?[a-z]+|[A-Z]+`)
)
