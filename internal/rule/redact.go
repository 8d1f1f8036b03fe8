package rule

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// Redacted stands where a secret was.
const Redacted = redact.Marker

// Redact returns v decoded, without secrets, and whether something was hidden, as [redact.Value] does.
func Redact(v estate.Value) (clean any, hidden bool) { return redact.Value(v) }

// SensitiveVariable reports whether the value of a variable, as conditions name it, is likely a credential.
func SensitiveVariable(name string) bool { return redact.SensitiveVariable(name) }
