package redact

import (
	"strings"
	"unicode"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// mostWords is the number of words of a name; more are a sentence.
const mostWords = 3

// prose reports whether a text is a sentence, in which anything may be said: more words than that, or the word for a secret
// among several.
func prose(s string, most int) bool {
	words, secret := 0, false
	for word := range strings.FieldsSeq(s) {
		if strings.IndexFunc(word, unicode.IsLetter) < 0 {
			continue
		}
		words++
		secret = secret || ofSecret(word)
	}
	return words > most || words > 1 && secret
}

// ofSecret reports whether a word of a sentence is one for a secret.
func ofSecret(word string) bool {
	word = strings.ToLower(strings.TrimFunc(word, func(c rune) bool { return !isWordRune(c) }))
	return spokenSecrets[word] || compound(word)
}

var spokenSecrets = names(`key keys token tokens password passwords passwd passphrase passcode passwort pass pwd pw pin secret secrets credential credentials
	login bearer basic digest negotiate hmac`)

// common reports whether a text is one of the things that look as drawn by lot, and that headers and parameters often hold: the
// name of a pod or of a device, the short hash of a commit, two words, languages or types with their parameters.
func common(s string) bool {
	switch {
	case isPod(s), device.MatchString(s), shortHash.MatchString(s):
		return true
	case twoWords.MatchString(s):
		first, second, _ := strings.Cut(s, " ")
		return compared.fits(first) && compared.fits(second) && !prose(s, mostWords)
	case !qualified.MatchString(s):
		return false
	}
	for one := range strings.SplitSeq(qualified.ReplaceAllString(s, ""), ",") {
		if !plainly(strings.TrimSpace(one)) {
			return false
		}
	}
	return true
}

var (
	device    = lazyregexp.New(`^(iPhone|iPad|iPod|Watch|AppleTV|iMac|Mac|MacBook|MacBookAir|MacBookPro|Macmini)[0-9]{1,2},[0-9]{1,2}$`)
	shortHash = lazyregexp.New(`^[0-9a-f]{7}$`)
	twoWords  = lazyregexp.New(`^[A-Z]?[a-z]{1,15} [A-Z]?[a-z]{1,15}$`)
	// qualified matches a parameter of a language or a type: ;q=0.9, ; charset=utf-8.
	qualified = lazyregexp.New(`;\s*(q=[01](\.[0-9]{1,3})?|(?i:charset)=[A-Za-z]{2,7}(-[0-9]{1,4}){0,2})`)
)

// identifier reports whether a variable holds the id of something, and of no session and no secret.
func identifier(variable string) bool {
	name := normal(variable)
	if !strings.HasSuffix(name, "_id") {
		return false
	}
	for _, word := range secretWords {
		if strings.Contains(name, word) {
			return false
		}
	}
	return true
}

// usual reports whether a value is what a variable holds that the gateway itself makes: no sentence, and no user with a
// password.
func usual(variable, value string) bool {
	value = qualified.ReplaceAllString(value, "")
	switch {
	case !broad.fits(value), scheme.MatchString(value), strings.Contains(value, "-----"),
		strings.Contains(lookaround.ReplaceAllString(value, ""), "!"):
		return false
	case strings.ContainsAny(value, " \t") && (!withWords(variable) || spokenSentence(variable, value)):
		return false
	}
	for piece := range strings.FieldsFuncSeq(value, func(c rune) bool { return strings.ContainsRune(" ;()|,[]{}", c) }) {
		piece = strings.TrimLeft(piece, "^?:~<")
		if _, rest, _ := strings.Cut(piece, ":"); paired(piece) && !release.MatchString(rest) {
			return false
		}
	}
	return true
}

var (
	lookaround = lazyregexp.New(`\(\?<?!`)
	release    = lazyregexp.New(`^[0-9.]+$`) // rv:109.0
)

// spokenSentence reports whether a text with spaces is a sentence, and not the name of a browser or a country.
func spokenSentence(variable, value string) bool {
	most := mostWords
	if strings.ContainsAny(value, "/("+decimals) || strings.HasPrefix(normal(variable), "geoip") {
		most = len(value)
	}
	return prose(value, most) || threeSmall.MatchString(value)
}

// threeSmall matches three words in a row without a capital letter.
var threeSmall = lazyregexp.New(`(^| )[a-z]+ [a-z]+ [a-z]+( |$)`)

// withWords reports whether values of a variable of the gateway have several words.
func withWords(variable string) bool {
	name := strings.TrimPrefix(normal(variable), "http_")
	return strings.HasPrefix(name, "geoip") || name == "user_agent" || strings.HasPrefix(name, "accept") || name == "content_type" || name == "x_forwarded_for"
}

// ofGateway reports whether the gateway makes a variable itself, or takes it from a header with a fixed meaning.
func ofGateway(name string) bool {
	name = normal(name)
	return gatewayVariables[name] || strings.HasPrefix(name, "geoip")
}

var gatewayVariables = names(`uri document_uri host request_method method scheme remote_addr remote_port server_addr server_port
	server_name server_protocol request_length content_length content_type status protocol balancer_ip balancer_port
	consumer_name consumer_group_id service_name service_id route_name route_id upstream_addr upstream_status
	http_host http_user_agent http_accept http_accept_language http_accept_encoding http_content_type http_x_forwarded_for
	http_x_real_ip http_x_forwarded_host http_x_forwarded_proto http_x_forwarded_port http_origin http_upgrade http_connection
	graphql_operation graphql_name graphql_root_fields
	user_agent accept accept_language accept_encoding x_forwarded_for x_real_ip x_forwarded_host x_forwarded_proto origin`)
