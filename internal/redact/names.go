package redact

import (
	"slices"
	"strings"
)

// SensitiveVariable reports whether the value of a variable, a header, a parameter or a label is likely a credential,
// judging by its name.
func SensitiveVariable(name string) bool {
	name = normal(name)
	switch {
	case slices.ContainsFunc(variableSettings, func(end string) bool { return strings.HasSuffix(name, end) }):
		return false
	case strings.HasPrefix(name, "cookie_"):
		return !plainCookie(name)
	case telling(name):
		return true
	}
	words := strings.FieldsFunc(name, func(c rune) bool { return c == '_' || c == '.' || c == '/' })
	for i, word := range words {
		if secretParts[word] || strings.HasPrefix(word, "pass") && word != "passenger" && word != "passport" || compound(word) {
			return true
		}
		if word == "code" && (i == 0 || !codes[words[i-1]]) { // of a login, a voucher, a device
			return true
		}
	}
	return false
}

// compound reports whether a word ends like one of a secret: authkey, dbpass, smscode, phpsessid.
func compound(word string) bool {
	for _, end := range []string{"key", "pass", "code", "pwd", "sessid", "token"} {
		if len(word) > len(end) && strings.HasSuffix(word, end) && !harmlessWords[word] && !codes[strings.TrimSuffix(word, "code")] {
			return true
		}
	}
	return slices.ContainsFunc(foreignWords, func(w string) bool { return strings.Contains(word, w) })
}

// harmlessWords end like a secret and are none.
var harmlessWords = names("monkey turkey hockey donkey jockey whiskey bypass compass encompass barcode unicode encode decode opcode qrcode zipcode geocode postcode")

// foreignWords are the words for password, key and secret of other languages.
var foreignWords = []string{
	"kennwort", "geheim", "schluessel", "schlüssel", "senha", "contrasena", "contraseña", "haslo", "hasło", "wachtwoord", "motdepasse",
	"пароль", "密码", "密钥", "口令", "令牌", "パスワード", "비밀번호",
}

// secretParts are words in names of variables and parameters that hold what only one side should know.
var secretParts = names(`auth authz authn key keys apikey pwd pw pass pin otp totp mfa tan sig sign signed hmac hash digest nonce
	csrf xsrf sso saml assertion ticket state challenge verifier bearer basic login logon invite voucher coupon magic licence license
	pswd pas mdp tk tok refresh recovery activation sessid samlresponse sas oauth2 cred creds psk seed sess sid jws jwe jwk oidc oauth webhook cvv cvc ssn iban`)

// codes are words before "code" that make it a plain one.
var codes = names("country status region language lang currency state error response http area zip postal product reason exit geoip type iso continent subdivision metro")

// variableSettings are the endings of names of variables that hold a setting, whatever it is of.
var variableSettings = []string{"_type", "_kind", "_mode", "_version"}

// plainCookie reports whether a cookie says where a browser belongs, and nothing else.
func plainCookie(name string) bool {
	for word := range strings.SplitSeq(strings.TrimPrefix(name, "cookie_"), "_") {
		if !plainCookies[word] {
			return false
		}
	}
	return true
}

// plainCookies are the words in names of such cookies.
var plainCookies = names(`canary beta ab abtest experiment variant bucket group cohort rollout release version channel stage region country locale
	lang language currency theme feature flag preview`)

// sensitive reports whether the value of a field is a secret, judging by its name. A field about a secret, such as
// its lifetime, is not.
func sensitive(name string) bool {
	name = normal(name)
	return (telling(name) || short(name)) && !slices.ContainsFunc(aboutSecrets, func(end string) bool { return strings.HasSuffix(name, end) })
}

// short reports whether the last word of a field's name is a short one for a secret.
func short(name string) bool {
	last := name[strings.LastIndexByte(name, '_')+1:]
	return shortNames[last]
}

var shortNames = names("pwd pw pass pswd pin otp psk tok")

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
