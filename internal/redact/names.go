package redact

import (
	"regexp"
	"slices"
	"strings"
)

// SensitiveVariable reports whether the value of a variable, as conditions name it, is likely a credential.
func SensitiveVariable(name string) bool {
	name = normal(name)
	return strings.HasPrefix(name, "cookie_") || telling(name)
}

// sensitive reports whether the name of a field tells that its value is a secret, and not something about one.
func sensitive(name string) bool {
	name = normal(name)
	return telling(name) && !slices.ContainsFunc(aboutSecrets, func(end string) bool { return strings.HasSuffix(name, end) })
}

func normal(name string) string { return strings.ReplaceAll(strings.ToLower(name), "-", "_") }

// telling reports whether a name speaks of a secret.
func telling(name string) bool {
	switch {
	case name == "key", name == "keys", name == "auth", strings.HasSuffix(name, "_key"), strings.HasSuffix(name, "_keys"),
		name == "pre_function", name == "access_key_id": // code may hold anything; scanners take the id for a secret
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

// aboutSecrets are endings of names of fields that describe a secret: token_ttl, token_endpoint, cookie_name.
var aboutSecrets = []string{
	"_ttl", "_timeout", "_expires_in", "_lifetime", "_leeway", "_endpoint", "_name", "_method", "_methods",
	"_algorithm", "_algorithms", "_length", "_size",
}

// carrier finds credentials inside texts: header lines, query strings, user data of a URL; that of a database may hold
// spaces that nobody encoded.
var carrier = regexp.MustCompile(`(?is)((?:authorization|cookie|x-api-key|apikey)\s*:|` +
	`(?:token|secret|password|passwd|api_?key|signature)=).*|((?:postgres(?:ql)?|mysql|sqlserver)://).*@|(://)\S*@`)
