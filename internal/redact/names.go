package redact

import (
	"regexp"
	"slices"
	"strings"
)

// SensitiveVariable reports whether the value of a variable is likely a credential, judging by the variable's name as
// conditions write it.
func SensitiveVariable(name string) bool {
	name = normal(name)
	return strings.HasPrefix(name, "cookie_") || telling(name)
}

// sensitive reports whether the value of a field is a secret, judging by its name. A field about a secret, such as
// its lifetime, is not.
func sensitive(name string) bool {
	name = normal(name)
	return telling(name) && !slices.ContainsFunc(aboutSecrets, func(end string) bool { return strings.HasSuffix(name, end) })
}

func normal(name string) string { return strings.ReplaceAll(strings.ToLower(name), "-", "_") }

// telling reports whether a name suggests a secret.
func telling(name string) bool {
	switch {
	case name == "key", name == "keys", name == "auth", strings.HasSuffix(name, "_key"), strings.HasSuffix(name, "_keys"),
		name == "pre_function", name == "access_key_id": // code may contain anything; scanners take the id for a secret
		return true
	case strings.HasSuffix(name, "_id") && !strings.Contains(name, "secret"):
		return false
	}
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(name, word) })
}

var secretWords = []string{
	"secret", "passw", "passphrase", "token", "credential", "cert", "private", "apikey", "accesskey", "authorization",
	"auth_header", "auth_config", "cookie", "session", "jwt", "signature", "salt", "sasl",
}

// aboutSecrets are the endings of field names that describe a secret: token_ttl, token_endpoint, cookie_name.
var aboutSecrets = []string{
	"_ttl", "_timeout", "_expires_in", "_lifetime", "_leeway", "_endpoint", "_name", "_method", "_methods",
	"_algorithm", "_algorithms", "_length", "_size",
}

// carrier matches credentials inside texts: in header lines, query strings and the user part of a URL. The user part
// of a database URL may contain spaces that were not encoded.
var carrier = regexp.MustCompile(`(?is)((?:authorization|cookie|x-api-key|apikey)\s*:|` +
	`(?:token|secret|password|passwd|api_?key|signature)=).*|((?:postgres(?:ql)?|mysql|sqlserver)://).*@|(://)\S*@`)
