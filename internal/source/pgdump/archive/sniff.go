package archive

import (
	"bytes"
	"unicode/utf8"
)

// foreign are files that people mistake for backups, with their first bytes.
var foreign = []struct{ start, what, hint string }{
	{"Salted__", "is encrypted by openssl enc", hintDecrypt},
	{"-----BEGIN PGP", "is encrypted by OpenPGP", hintDecrypt},
	{"age-encryption.org/", "is encrypted by age", hintDecrypt},
	{"-----BEGIN AGE ENCRYPTED FILE", "is encrypted by age", hintDecrypt},
	{"\x84", "looks encrypted by GnuPG", hintDecrypt},
	{"\x85", "looks encrypted by GnuPG", hintDecrypt},
	{"\x8c", "looks encrypted by GnuPG", hintDecrypt},
	{"\xc1", "looks encrypted by GnuPG", hintDecrypt},
	{"\xc3\x0d", "looks encrypted by GnuPG", hintDecrypt},
	{"-- MySQL dump", "is a MySQL dump", hintPostgres},
	{"-- MariaDB dump", "is a MariaDB dump", hintPostgres},
	{"/*M!", "is a MariaDB dump", hintPostgres},
	{"/*!", "is a MySQL dump", hintPostgres},
	{"SQLite format 3\x00", "is an SQLite database", hintPostgres},
	{"\xff\xfe", "is UTF-16, as PowerShell's > writes", "take the backup with pg_dump --file"},
	{"\xfe\xff", "is UTF-16", "take the backup with pg_dump --file"},
	{"BZh", "is compressed by bzip2", "decompress it first"},
	{"\xfd7zXZ\x00", "is compressed by xz", "decompress it first"},
	{"PK\x03\x04", "is a zip file", "unpack it first"},
	{"\x1f\x8b", "is compressed twice", "decompress it first"},
	{"\x28\xb5\x2f\xfd", "is compressed twice", "decompress it first"},
	{"\x04\x22\x4d\x18", "is compressed twice", "decompress it first"},
}

const (
	hintDecrypt  = "decrypt it first; standard input (-) will do"
	hintPostgres = "a pg_dump backup of the control plane's PostgreSQL is needed"
)

// isTar reports whether a file starts as a tar file.
func isTar(b []byte) bool {
	const mark = 257
	return len(b) > mark && bytes.HasPrefix(b[mark:], []byte("ustar"))
}

// refuse returns why a file that starts with b is not plain SQL.
func refuse(b []byte) error {
	if len(b) == 0 {
		return bad(0, "take a new backup", "is empty")
	}
	for _, f := range foreign {
		if bytes.HasPrefix(b, []byte(f.start)) {
			return bad(0, f.hint, "%s", f.what)
		}
	}
	isText := bytes.Contains(b, []byte("-- PostgreSQL database ")) || utf8.Valid(b[:max(0, len(b)-utf8.UTFMax)])
	if bytes.IndexByte(b, 0) >= 0 || !isText {
		return bad(0, hintPostgres, "is neither SQL text nor a pg_dump archive")
	}
	return nil
}
