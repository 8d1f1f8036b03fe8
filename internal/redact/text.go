package redact

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// hidden returns what replaces a text that is not shown: [Marker] with the class of its length.
func hidden(s string) string {
	n := utf8.RuneCountInString(s)
	for _, class := range [...]int{8, 16, 32, 64, 256, 1024, 4096, longest} {
		if n <= class {
			return estate.Redacted + ": up to " + strconv.Itoa(class) + " characters>"
		}
	}
	return estate.Redacted + ": more than " + strconv.Itoa(longest) + " characters>"
}

// clean returns a text as far as its shape shows that it is no secret: a name, a host, a path, a number or a setting
// whole, of a URL and of a header line what is one of these, and of anything else only the length.
func (m *manner) clean(s string) string {
	switch {
	case replaced(s), utf8.RuneCountInString(s) <= longestSign && strings.IndexFunc(s, isWordRune) < 0, s == "!OR", s == "!AND": // an operator
		return s
	case strings.Contains(s, "://"):
		return addresses(s)
	case hasUserData(digest.ReplaceAllString(s, "")), scheme.MatchString(s):
		return hidden(s)
	case authenticates(s):
		name, value, _ := headerLine(s)
		return name + ": " + hidden(value)
	case m.fits(s), ofNetwork(s), ofCloud(s):
		return s
	case strings.HasPrefix(s, "/") && !strings.ContainsAny(s, " \t\r\n^"):
		return path(s)
	case digest.MatchString(s): // of an image
		image := digest.ReplaceAllString(s, "")
		return orHidden(image, m.fits(image)) + s[len(image):]
	}
	if name, value, ok := headerLine(s); ok {
		return name + ": " + Compared(name, value)
	}
	if strings.HasPrefix(s, "^") || strings.HasPrefix(s, "/") {
		if pattern.fits(s) {
			return s
		}
	}
	return hidden(s)
}

const longestSign = 3

func isWordRune(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }

// foreignID cleans the id of something outside the installation.
func foreignID(s string) string {
	if uuid.MatchString(s) {
		return s
	}
	return setting.clean(s)
}

var uuid = lazyregexp.New(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// addresses cleans a URL or a list of them with commas. What is no URL hides the list.
func addresses(s string) string {
	parts := strings.Split(s, ",")
	for i, p := range parts {
		trimmed := strings.TrimLeft(p, " ")
		shown, ok := webAddress(trimmed)
		if !ok {
			return hidden(s)
		}
		parts[i] = p[:len(p)-len(trimmed)] + shown
	}
	return strings.Join(parts, ",")
}

// headerLine parts "Name: value".
func headerLine(s string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(s, ":")
	value = strings.TrimLeft(value, " ")
	return name, value, ok && name != "" && strings.Trim(name, headerRunes) == "" && setting.fits(name) && !strings.HasPrefix(value, "//")
}

// authenticates reports whether a text is the line of a header whose name tells of a secret. A port is none.
func authenticates(s string) bool {
	name, value, ok := headerLine(s)
	return ok && SensitiveVariable(name) && strings.Trim(value, decimals) != "" && !replaced(value)
}

const headerRunes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// webAddress cleans a URL: no user, no password, and of path and query only what is plain. If ok is false, it is none, or it
// is not certain what is what in it.
func webAddress(s string) (clean string, ok bool) {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return s, setting.fits(s) && !hasUserData(s)
	}
	if strings.Trim(scheme, headerRunes+"+.") != "" || strings.ContainsAny(rest, " \t\r\n\"'") {
		return "", false
	}
	user := ""
	if at := strings.LastIndexByte(rest, '@'); at >= 0 { // where a password has a slash or a question mark in it, it ends at the last @
		user, rest = Marker+"@", rest[at+1:]
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host := rest[:end]
	if host != Marker && strings.Trim(host, headerRunes+".:[]*$,{}") != "" {
		return "", false
	}
	return scheme + "://" + user + orHidden(host, servers(host)) + path(rest[end:]), true
}

// path cleans a path with a query and a fragment. Of a query the values are shown that could be shown in a condition.
func path(s string) string {
	s, fragment, anchored := strings.Cut(s, "#")
	s, query, asked := strings.Cut(s, "?")
	var b strings.Builder
	for i, part := range strings.Split(s, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(orHidden(part, pattern.fits(part) || uuid.MatchString(part)))
	}
	if asked {
		b.WriteByte('?')
		for i, pair := range strings.FieldsFunc(query, func(c rune) bool { return c == '&' || c == ';' }) {
			if i > 0 {
				b.WriteByte('&')
			}
			name, value, assigned := strings.Cut(pair, "=")
			b.WriteString(orHidden(name, compared.fits(name)))
			if assigned {
				b.WriteString("=" + orHidden(value, Compared(name, value) == value))
			}
		}
	}
	if anchored {
		b.WriteString("#" + orHidden(fragment, compared.fits(fragment)))
	}
	return b.String()
}

func orHidden(s string, shown bool) string {
	if shown {
		return s
	}
	return Marker
}

// Compared returns a value that a condition compares a variable with, or that a header or a query gives a name, if name
// and value both show that it is no secret: a short word, a number, a version, a path, a host. Else it returns only its
// length.
func Compared(variable, value string) string {
	switch {
	case replaced(value):
		return value
	case SensitiveVariable(variable):
		return hidden(value)
	case ofGateway(variable) && usual(variable, value), plainly(value), common(value), identifier(variable) && uuid.MatchString(value):
		return value
	}
	return compared.alternatives(value)
}

// plainly reports whether a text that may be anything is a short word, a number, a version, a path, a host or an address.
func plainly(s string) bool {
	return (compared.fits(s) && !telling(normal(s)) && !paired(s) || ofNetwork(s)) && !hasUserData(s)
}

// paired reports whether a text may be a user and a password, with a colon between them. A host and a port, a time, a path,
// an image with a path and a URN are none.
func paired(s string) bool {
	user, rest, ok := strings.Cut(s, ":")
	switch {
	case !ok, user == "", strings.ContainsRune(user, '/'), ofNetwork(s), schemes[strings.ToLower(user)]:
		return false
	case port.MatchString(rest), hasDigit(user[:1]) && rest != "" && hasDigit(rest[:1]):
		return false
	}
	return rest != "" && strings.IndexFunc(rest[:1], isWordRune) == 0
}

var (
	// schemes are what is in front of the first colon of names that have several parts.
	schemes = names("urn arn did doi isbn issn spiffe sha256 sha512 data mailto tag")
	// port matches what follows the name of a host, with a path or not, or an hour.
	port = lazyregexp.New(`^[0-9]{1,5}(/|$)`)
)

// ofNetwork reports whether a text is an address in numbers, or a range of them.
func ofNetwork(s string) bool {
	if len(s) > len("[0000:0000:0000:0000:0000:0000:0000:0000]:65535") {
		return false
	}
	_, err := netip.ParseAddr(s)
	if inner, ok := strings.CutSuffix(s, "]"); ok && strings.HasPrefix(inner, "[") {
		_, err = netip.ParseAddr(inner[1:])
	}
	if err != nil {
		_, err = netip.ParsePrefix(s)
	}
	if err != nil {
		_, err = netip.ParseAddrPort(s)
	}
	return err == nil && !strings.Contains(s, "%")
}

// alternatives shows a regular expression that consists of such values.
func (m *manner) alternatives(value string) string {
	for _, part := range strings.FieldsFunc(value, func(c rune) bool { return strings.ContainsRune(`^$()|.*+?\/[]{},`, c) }) {
		if !m.fits(part) || telling(normal(part)) || paired(part) {
			return hidden(value)
		}
	}
	return value
}

// Name returns the name of a variable or a field as far as it can be no secret. All else is [Marker].
func Name(s string) string {
	if setting.fits(s) && !hasUserData(s) {
		return s
	}
	return Marker
}

// Nameable reports whether another name may be made of a name. What is replaced in a name, or looks like a secret in it,
// would not be found any more in a name made of it.
func Nameable(name string) bool {
	switch {
	case Hides(name), Text(name) != name:
		return false
	case strings.Trim(name, headerRunes+".") == "":
		return true
	}
	return LabelName(name) == name && !paired(name)
}

// Label returns the value of a label, or values with commas, as far as neither its name nor its shape makes it a secret.
func Label(name, value string) string {
	if SensitiveVariable(name) || replaced(name) {
		if replaced(value) {
			return value
		}
		return hidden(value)
	}
	if strings.Contains(value, "://") || strings.Contains(value, "@") { // a comma may be part of a password
		return labelText(value)
	}
	if prose(value, len(value)) { // which word is the secret, nobody knows
		return hidden(value)
	}
	parts := strings.Split(value, ",") // a list
	for i, part := range parts {
		parts[i] = labelText(part)
	}
	return strings.Join(parts, ",")
}

func labelText(s string) string {
	switch {
	case uuid.MatchString(s), isPod(s), replaced(s):
		return s
	case paired(s), prose(s, mostWords):
		return hidden(s)
	}
	return labelled.clean(s)
}

// LabelName returns the name of a label as far as its shape shows that it is no secret. All else is [Marker].
func LabelName(s string) string {
	if labelled.fits(s) && !hasUserData(s) && !paired(s) && !prose(s, mostWords) {
		return s
	}
	return Marker
}

// isPod reports whether a text is the name of a pod as Kubernetes makes it: that of its owner, with letters and digits that
// are drawn from an alphabet of its own.
func isPod(s string) bool {
	m := pod.FindStringSubmatch(s)
	return m != nil && labelled.fits(m[1])
}

var pod = lazyregexp.New(`^([a-z][a-z0-9-]*?)(?:-[b-df-hj-np-tv-xz24-9]{8,10})?-[b-df-hj-np-tv-xz24-9]{5}$`)

// Hides reports whether a text is, or contains, what replaces something that is not shown.
func Hides(s string) bool { return strings.Contains(s, estate.Redacted) }

// replaced reports whether a text is what replaces another one, and nothing else.
func replaced(s string) bool {
	rest, ok := strings.CutPrefix(s, estate.Redacted)
	return ok && (rest == ">" || len(rest) <= len(": more than 65536 characters>") && strings.HasPrefix(rest, ": ") && strings.HasSuffix(rest, " characters>"))
}
