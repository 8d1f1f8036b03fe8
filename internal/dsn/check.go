package dsn

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// check returns an error if a part of the connection string cannot be what it seems to be.
func (d DSN) check() error {
	seen := map[string]bool{"user": d.user != "", "password": d.password != "", "dbname": d.path != "" && d.Scheme == Postgres}
	secret := false // a secret came before, and what follows may be part of it
	for _, s := range d.Settings {
		name := s.Name
		if name == "database" {
			name = "dbname"
		}
		switch {
		case secret && !isKnown(s.Name):
			return errBehindPassword
		case !isName.MatchString(s.Name):
			return errKeyword
		case seen[name]:
			return errTwice
		}
		if err := checkSetting(s, d.Keywords); err != nil {
			return err
		}
		seen[name] = true
		secret = secret || isSecret(s.Name)
	}
	if holdsUserData(d.user) {
		return errInside
	}
	return nil
}

func checkSetting(s Setting, keywords bool) error {
	switch {
	case isSecret(s.Name):
		return nil
	case holdsUserData(s.Value):
		return errInside
	case s.Name == "host" && !all(s.Value, ValidHost):
		return errHost
	case s.Name == "port" && !all(s.Value, validPort):
		return errPort
	case keywords && (s.Name == "dbname" || s.Name == "database") && strings.ContainsAny(s.Value, ":/@?#;="):
		return errDatabase
	}
	return nil
}

func all(list string, valid func(string) bool) bool {
	return !slices.ContainsFunc(strings.Split(list, ","), func(one string) bool { return !valid(one) })
}

// holdsUserData reports whether a value may itself be a connection string.
func holdsUserData(value string) bool { return userData.MatchString(value) }

var userData = lazyregexp.New(`://|:.*@`)

// isSecret reports whether the value of a setting may be a password. The name may be misspelt.
func isSecret(name string) bool { return name != "passfile" && secretName.MatchString(name) }

var secretName = lazyregexp.New(`pas|pw|psw|secret|token|cred`)

// isKnown reports whether some driver knows a setting, among those that occur in connection strings for this program
// and for the control plane.
func isKnown(name string) bool {
	return IsKeyword(name) || slices.Contains(Unsupported(), name) || slices.Contains(ofOtherEngines, name)
}

// ofOtherEngines are settings of drivers for MySQL and SQL Server.
var ofOtherEngines = []string{
	"charset", "collation", "parsetime", "loc", "tls", "timeout", "readtimeout", "writetimeout", "multistatements", "interpolateparams",
	"allownativepasswords", "allowcleartextpasswords", "maxallowedpacket", "encrypt", "trustservercertificate", "certificate",
	"hostnameincertificate", "app+name", "dial+timeout", "connection+timeout", "user+id", "keepalive", "packet+size", "failoverpartner",
}
