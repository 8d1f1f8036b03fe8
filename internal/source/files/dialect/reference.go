package dialect

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// valsReference matches what vals, and with it helmfile, helm-secrets and Argo CD's plugin, replaces, inside of other text
	// too (github.com/helmfile/vals).
	valsReference = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])(?:secret)?ref\+[a-z0-9_.+-]+://`)
	schemeOf      = regexp.MustCompile(`^(?i)([a-z][a-z0-9+.-]*)://`)
	// vaultPath matches what Bank-Vaults replaces: vault:path#key.
	vaultPath = regexp.MustCompile(`^(?:>>)?vault:[^/ ][^ ]*#`)
)

// stores are schemes of references to secret stores, such as 1Password's op://vault/item/field. Nothing that a component
// connects to has one of them.
var stores = []string{
	"op", "onepassword", "1password", "akv", "keyvault", "azurekeyvault", "awssm", "awsssm", "awssecrets", "awsps", "asm", "ssm", "secretsmanager",
	"gcpsecrets", "gcpsm", "gsm", "sm", "vault", "hcvault", "doppler", "infisical", "bw", "bws", "bitwarden", "keeper", "conjur", "akeyless", "sops",
	"secret", "secrets", "env",
}

// stored reports whether a text is a reference to a secret store, by what speaks for that in any setting.
func stored(text string) bool {
	if !strings.Contains(text, ":") {
		return false
	}
	if valsReference.MatchString(text) || vaultPath.MatchString(text) || strings.HasPrefix(text, "arn:aws:secretsmanager:") {
		return true
	}
	found := schemeOf.FindStringSubmatch(text)
	return found != nil && slices.Contains(stores, strings.ToLower(found[1]))
}

// kept says what keeps the value that a text stands for; empty: the text is the value.
func kept(text string) string {
	switch {
	case stored(text):
		return secretStore
	case encrypted.MatchString(text):
		return bySOPS
	}
	return ""
}

// engines are the schemes of databases, those that no component takes too: what has one of them is a connection string.
var engines = []string{
	"postgres", "postgresql", "mysql", "mariadb", "oceanbase", "sqlserver", "mssql", "oracle", "sqlite", "sqlite3", "file", "mongodb", "mongodb+srv",
	"cockroachdb", "cockroach", "redis", "rediss", "http", "https", "etcd", "tcp", "unix", "clickhouse", "cassandra", "db2", "snowflake",
}

var placeholders = []struct {
	shape *regexp.Regexp
	name  string // as it is said
}{
	{regexp.MustCompile(`\$\([A-Za-z_][A-Za-z0-9_.]*\)`), "$(NAME)"},
	{regexp.MustCompile(`__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__`), "__NAME__"},
	{regexp.MustCompile(`%[A-Z_][A-Z0-9_]*[G-Z_][A-Z0-9_]*%|%[G-Z_][A-Z0-9_]*%`), "%NAME%"}, // %4F%2A is an encoded text
	{regexp.MustCompile(`@[A-Z_][A-Z0-9_]+@`), "@NAME@"},
	{regexp.MustCompile(`#\{[A-Za-z_][A-Za-z0-9_.]*\}#?`), "#{NAME}#"},
	{regexp.MustCompile(`<[A-Za-z_][A-Za-z0-9_ -]*>`), "<NAME>"},
}

// Connection says why a connection string of a database is not in the file; empty if it is. It quotes no part of it. A
// scheme that is no database's may be misspelt: only where no user, no port and no option shows what it is, is it taken
// for a reference.
func Connection(text string) (why string) {
	if why := kept(text); why != "" {
		return why
	}
	for _, p := range placeholders {
		if p.shape.MatchString(text) {
			return "a placeholder like " + p.name
		}
	}
	found := schemeOf.FindStringSubmatch(text)
	if found == nil || slices.Contains(engines, strings.ToLower(found[1])) {
		return ""
	}
	rest := text[len(found[0]):]
	if server, _, _ := strings.Cut(rest, "/"); strings.ContainsAny(server, ":") || strings.ContainsAny(rest, "@=") {
		return ""
	}
	return "a reference whose scheme is that of no database: a secret store, or a misspelt one"
}

const secretStore = "a secret store"

// encrypted matches a value that SOPS encrypted (github.com/getsops/sops:aes/cipher.go).
var encrypted = regexp.MustCompile(`^ENC\[[A-Z0-9_]+,data:`)

const bySOPS = "SOPS has encrypted it"
