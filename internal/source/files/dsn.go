package files

import (
	"errors"
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/dsn"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

const dsnHint = "give the connection with --dsn or API7_PREFLIGHT_DSN instead of --dsn-from-config"

// DSN returns the connection string of the database that the files of the Dashboard name, with its password, and the
// place where it is written. The error, an [estate.OpenError], says why there is none that can be used; it quotes no part of it.
func (s *Source) DSN() (dsn, where string, err error) {
	var first *tree.Node
	found := false
	for _, r := range s.records {
		if r.kind != estate.DashboardConfig {
			continue
		}
		found = true
		n, err := r.dsn()
		if err != nil {
			return "", "", err
		}
		if first != nil && !oneDatabase(first.Text(), n.Text()) {
			return "", "", refuse(fmt.Sprintf("the Dashboard's files name different databases: database.dsn at %s and at %s", first.At(), n.At()),
				"give --config with the file of one installation")
		}
		if first == nil {
			first = n
		}
	}
	if !found {
		return "", "", refuse("--dsn-from-config: none of the files of --config is configuration of the Dashboard",
			"give its conf.yaml, or the Helm values of chart api7ee3, with --config")
	}
	return first.Text(), first.At().String(), nil
}

// oneDatabase reports whether two connection strings are for the same database. Those that are not understood are for it
// only if they are the same.
func oneDatabase(a, b string) bool {
	known := databaseOf(a)
	return a == b || known != "" && known == databaseOf(b)
}

// databaseOf names the database of a connection string, the same however it is written; empty if that is not known.
func databaseOf(text string) string {
	d, err := dsn.Parse(text)
	if err != nil || d.Servers() == "" {
		return ""
	}
	return strings.Join([]string{d.Scheme, d.Servers(), d.Database()}, " ")
}

// dsn returns the connection string in the Dashboard's file.
func (r *record) dsn() (*tree.Node, error) {
	if vault := r.settings.Get("database.vault"); vault.IsMap() && !vault.Member("enabled").IsFalse() {
		return nil, refuse(vault.At().String()+": the Dashboard takes the credentials of its database from Vault, which is not asked", dsnHint)
	}
	n := r.settings.Get("database.dsn")
	switch {
	case n.Unknown() != "":
		return nil, refuse(fmt.Sprintf("%s: database.dsn comes from %s, which is not read", n.At(), n.Unknown()), dsnHint)
	case n.Text() == "" && r.helm():
		return nil, refuse(r.at.String()+": these Helm values leave database.dsn to the chart's default", dsnHint)
	case n.Text() == "":
		return nil, refuse(r.at.String()+": the Dashboard's file has no database.dsn", dsnHint)
	}
	return n, usable(n)
}

// usable says why the text at n is no connection string for this program.
func usable(n *tree.Node) error {
	d, err := dsn.Parse(n.Text())
	engine := dsn.Engine(n.Text())
	if engine == "" && err == nil && d.Scheme != dsn.Postgres {
		engine = "another kind of database"
	}
	switch e, _ := errors.AsType[*dsn.Error](err); {
	case engine != "":
		return refuse(fmt.Sprintf("%s: database.dsn is for %s: only PostgreSQL is read directly", n.At(), engine),
			"give the output of `adc dump` with --adc FILE, or the Admin API with --admin-api URL")
	case e != nil:
		return refuse(fmt.Sprintf("%s: database.dsn cannot be understood: %s", n.At(), e.Why), e.Hint)
	case d.Keywords:
		return refuse(n.At().String()+": database.dsn is no connection URL", dsnHint)
	}
	return nil
}

func (r *record) helm() bool { return r.found == foundHelm }
