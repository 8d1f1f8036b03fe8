package postgres

import (
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What package redact knows of names beside its vocabulary. A test compares the views with that package for hundreds of
// names, made of these and of others.
const (
	// compoundEnds are how one word of a secret ends: authkey, dbpass, smscode.
	compoundEnds = "key|pass|code|pwd|sessid|token"
	// harmlessWords end like that and are none. So are the plain codes in one word: countrycode.
	harmlessWords = "monkey|turkey|hockey|donkey|jockey|whiskey|bypass|compass|encompass|barcode|unicode|encode|decode|opcode|qrcode|zipcode|geocode|postcode"
	// shortNames are the last words in names of fields that hold a secret.
	shortNames = "pwd|pw|pass|pswd|pin|otp|psk|tok"
	// foreignWords are those of other languages for password, key and secret, in names of variables and labels.
	foreignWords = "kennwort|geheim|schluessel|senha|contrasena|haslo|wachtwoord|motdepasse"
	// accentedWords are the same with letters that are not in ASCII.
	accentedWords = "schlüssel|contraseña|hasło|пароль|密码|密钥|口令|令牌|パスワード|비밀번호"
	// givenEnds and writtenEnds are the last words in names of fields that hold headers or labels, and texts that somebody
	// wrote. Both are hidden whole.
	givenEnds, writtenEnds = "headers|labels", "body|msg"
)

// harmless returns the words that are no secret although they end like one.
func harmless(plainCodes []string) string {
	return harmlessWords + "|" + strings.Join(plainCodes, "code|") + "code"
}

// ends returns a condition on the last word of field k. The server keeps few regular expressions ready, so it is none.
func ends(words string) string {
	var all []string
	for word := range strings.SplitSeq(words, "|") {
		all = append(all, fmt.Sprintf("right(k, %d) = %s", len(word)+1, literal("_"+word)))
	}
	return "(" + strings.Join(all, " OR ") + ")"
}

// accented returns a regular expression for the accented words in any case, on the hexadecimal form of UTF-8: so the
// functions are in ASCII and can be made in a database of any encoding.
func accented() string {
	var b strings.Builder
	for _, c := range accentedWords {
		upper := unicode.ToUpper(c)
		switch {
		case c == '|':
			b.WriteByte('|')
		case upper == c:
			b.WriteString(hexOf(c))
		default:
			b.WriteString("(?:" + hexOf(c) + "|" + hexOf(upper) + ")")
		}
	}
	return b.String()
}

// accentedParameter returns one for such a word between ?, & or ; and =, for the name of a parameter in a URL.
func accentedParameter() string {
	return `(?:3f|26|3b)(?:(?!3d|26|23|3b)..)*(?:` + accented() + `)(?:(?!26|23|3b)..)*3d`
}

func hexOf(c rune) string { return hex.EncodeToString(utf8.AppendRune(nil, c)) }
