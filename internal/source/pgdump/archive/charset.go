package archive

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// charset is an encoding of one byte a character. Nil stands for UTF-8, and for SQL_ASCII, in which the server never
// knew the encoding: values that are no UTF-8 are then passed on as they are.
type charset = charmap.Charmap

// charsets are the encodings that can be converted, by the server's names without separators, and by its aliases.
var charsets = map[string]*charset{
	"UTF8": nil, "UNICODE": nil, "SQLASCII": nil,
	"LATIN1": charmap.ISO8859_1, "LATIN2": charmap.ISO8859_2, "LATIN3": charmap.ISO8859_3, "LATIN4": charmap.ISO8859_4,
	"LATIN5": charmap.ISO8859_9, "LATIN6": charmap.ISO8859_10, "LATIN7": charmap.ISO8859_13, "LATIN8": charmap.ISO8859_14,
	"LATIN9": charmap.ISO8859_15, "LATIN10": charmap.ISO8859_16,
	"ISO88591": charmap.ISO8859_1, "ISO88595": charmap.ISO8859_5, "ISO88596": charmap.ISO8859_6, "ISO88597": charmap.ISO8859_7,
	"ISO88598": charmap.ISO8859_8, "KOI8R": charmap.KOI8R, "KOI8": charmap.KOI8R, "KOI8U": charmap.KOI8U,
	"WIN866": charmap.CodePage866, "ALT": charmap.CodePage866, "WIN874": charmap.Windows874, "WIN1250": charmap.Windows1250,
	"WIN1251": charmap.Windows1251, "WIN": charmap.Windows1251, "WIN1252": charmap.Windows1252, "WIN1253": charmap.Windows1253,
	"WIN1254": charmap.Windows1254, "WIN1255": charmap.Windows1255, "WIN1256": charmap.Windows1256, "WIN1257": charmap.Windows1257,
	"WIN1258": charmap.Windows1258, "TCVN": charmap.Windows1258,
}

// encodingOf returns the name and the character set that a backup names; an error for sets with several bytes a
// character.
func encodingOf(value string, offset int64) (name string, set *charset, err error) {
	plain := strings.NewReplacer("-", "", "_", "").Replace(strings.ToUpper(value))
	set, ok := charsets[plain]
	switch {
	case !ok:
		return "", nil, bad(offset, "take the backup with pg_dump --encoding=UTF8", "the backup is encoded in %q, which is not read", value)
	case plain == "UTF8" || plain == "UNICODE":
		return "UTF8", nil, nil
	}
	return strings.ToUpper(value), set, nil
}

// decoded converts values to UTF-8, if they are in a character set and not ASCII. Like the values themselves, what it
// returns is valid only until the next row.
func (r *reading) decoded(values [][]byte) [][]byte {
	if r.set == nil {
		return values
	}
	r.converted = r.converted[:0]
	for i, v := range values {
		if v == nil || isASCII(v) {
			continue
		}
		start := len(r.converted)
		for _, b := range v {
			r.converted = utf8.AppendRune(r.converted, r.set.DecodeByte(b))
		}
		values[i] = r.converted[start:len(r.converted):len(r.converted)]
	}
	return values
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
