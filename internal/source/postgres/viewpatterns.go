package postgres

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// patterns are regular expressions of PostgreSQL for names and texts, all in lower case.
type patterns struct {
	variables      string // words in the names of sensitive variables
	carriers       string // what stands in a text in front of a credential
	hint           string // a text that may have a carrier, also in JSON; the server tells that sooner
	suspicious     string // JSON in which something may be a secret
	suspiciousName string // the name of a field that may be treated in its own way
	// suspiciousVariable matches the name, with _ for -, of a variable that may be sensitive, also in JSON.
	suspiciousVariable string
}

const (
	// scheme matches a token behind the word for its scheme. Words without a digit may be prose.
	scheme = `(^|[^a-z0-9_])(bearer|basic|digest|negotiate)[[:space:]]+(?=[a-z+/=._~-]*[0-9])[a-z0-9+/=._~-]{6,}`
	// armoured matches JSON Web Tokens and keys in PEM, which say in their first letters what they are.
	armoured = `eyj[a-z0-9_-]{6,}[.][a-z0-9_.-]{4,}|-----begin.*`
	// user matches the user and password of a URL; the group in front of them stays.
	user = `(://)(?:(?!,[[:space:]]*[a-z][a-z0-9+.-]*://)[^<>])*(?=@)`
)

func patternsOf(words redact.Vocabulary) patterns {
	either := func(names []string) string { return strings.Join(names, "|") }
	named := strings.ReplaceAll(either(words.SecretWords), "_", "[-_]")
	held := either(words.Given) + "|" + either(words.Written)
	parts := either(words.VariableParts)
	none := harmless(words.PlainCodes)
	const inName = `[^=&;#]*`
	parameter := `[?&;](?:(?:` + inName + `[-_./])?(?:` + parts + `|pass(?!(?:enger|port)[-_./=])[^-_./=&;#]*|(?!(?:` + none + `)[-_./=])[^-_./=&;#]+(?:` + compoundEnds + `)|(?<!(?:` + either(words.PlainCodes) + `)[-_./])code)(?:[-_./]` + inName + `)?` +
		`|` + inName + `(?:secret|` + foreignWords + `)` + inName + `|` + inName + `(?:` + named + `)` + inName + `(?<!_id)|pre[-_]function)=`
	return patterns{
		variables: parts + `|pass(?!(enger|port)([_./]|$))[^_./]*|(?!(?:` + none + `)(?:[_./]|$))[^_./]+(?:` + compoundEnds + `)|[^_./]*(?:` + foreignWords + `)[^_./]*`,
		carriers: `(?:authorization|cookie|apikey|x-[a-z0-9-]*(?:auth|key|token|secret|signature|session|password)[a-z0-9-]*)[[:space:]]*:` +
			`|(?:token|secret|password|passwd|pwd|api_?key|signature)=|` + parameter,
		hint: `[=@]|eyj|-----begin|(bearer|basic|digest|negotiate)[^a-z0-9]|(authorization|cookie|apikey|x-[a-z0-9-]*)[[:space:]]*:`,
		suspicious: named + `|"(keys?|auth|labels|` + either(words.Written) + `)": |["_-](` + shortNames + `|` + writtenEnds + `)": |[-_](` + givenEnds + `)": [[{]|` + foreignWords + `|"(` + either(words.Given) + `)": [[{]|[-_]keys?"` +
			`|pre[-_]function|access[-_]key[-_]id|x-[a-z0-9-]*(auth|key)|api_?key=|pwd=|[?&;][^=&;"]*=|@|eyj|-----begin` +
			`|(bearer|basic|digest|negotiate)[^-_a-z0-9":,/]` +
			// a list whose first text may be a sensitive variable; from [ to ^ is the backslash in front of a quote in a text
			`|[[]"(([^"]|[[-^]")*[-_./])?(` + parts + `|code|pass[^-_./"]*)[-"_./]|[[]"([^"]|[[-^]")*(` + compoundEnds + `)[-"_./]`,
		suspiciousVariable: either(words.SecretWords) + `|access_key_id|pre_function|(^|["_./])(` + parts + `|code|pass[^_./"]*)(["_./]|$)|(` + compoundEnds + `)(["_./]|$)|` + foreignWords,
		suspiciousName:     named + `|^(keys?|auth|nodes|labels|` + held + `)$|[-_]keys?$|(^|[-_])(` + shortNames + `)$|_(` + givenEnds + `|` + writtenEnds + `)$|pre[-_]function|access[-_]key[-_]id`,
	}
}
