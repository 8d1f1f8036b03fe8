package postgres

import (
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/dsn"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
)

// checkSetting returns an error for an unknown setting of a connection string. Ignoring it would be dangerous: with
// "host" misspelt, some other server would be read.
func checkSetting(s dsn.Setting) error {
	switch {
	case s.Name == "options":
		return checkOptions(s.Value)
	case s.Name == "ssl" && s.Value != "true", !dsn.IsKeyword(s.Name):
		return unknownParam(inString, s.Name)
	}
	return nil
}

// checkParams checks the settings that the driver passes on, including those from variables and the service file, and
// returns the schemas of the search path in them.
func checkParams(params map[string]string) (path []string, err error) {
	for _, name := range slices.Sorted(maps.Keys(params)) {
		switch lower := strings.ToLower(name); {
		case lower == "options":
			if err := checkOptions(params[name]); err != nil {
				return nil, err
			}
		case lower == "search_path", lower == "application_name", lower == "hostaddr", dsn.IsIdle(lower):
		default:
			return nil, unknownParam(inString, lower)
		}
	}
	return searchPath(params), nil
}

// Where an unknown keyword may have been written.
const (
	inString  = "the connection string"
	inOptions = "the options of the connection string (or PGOPTIONS)"
)

func unknownParam(where, name string) *estate.OpenError {
	unusable := where + " cannot be used: "
	known := slices.Concat(dsn.Keywords(), dsn.Idle())
	e := &estate.OpenError{Message: unusable + "it has an unknown keyword", Hint: dsn.Form}
	switch nearest, ok := suggest.Nearest(name, known); {
	case name == "role", name == "session_authorization":
		e.Message, e.Hint = unusable+name+" is not supported", "connect as the role itself"
	case name == "currentschema", name == "schema":
		e.Message, e.Hint = e.Message+" "+name, "a schema is chosen with search_path"
	case slices.Contains(dsn.Unsupported(), name):
		e.Message, e.Hint = unusable+name+" is not supported", "leave it out, if that is acceptable"
	case ok && isWord(name):
		e.Message += " " + name + "; did you mean " + nearest + "?"
	case isWord(name):
		e.Message += " " + name
	}
	return e
}

// isWord reports whether a keyword looks like one. Anything else may be part of a password without quotes.
func isWord(name string) bool {
	const longest = 40
	return len(name) <= longest && !strings.ContainsFunc(name, func(c rune) bool { return (c < 'a' || c > 'z') && c != '_' })
}

// option is one setting in the options of a connection string.
type option struct{ name, value string }

// options splits "-c name=value", "-cname=value" and "--name=value"; ok is false if there is anything else.
func options(text string) (found []option, ok bool) {
	words := strings.Fields(text)
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "-c" && i+1 < len(words) {
			i++
			word += words[i]
		}
		setting, short := strings.CutPrefix(word, "-c")
		if !short {
			if setting, ok = strings.CutPrefix(word, "--"); !ok {
				return nil, false
			}
		}
		name, value, isSet := strings.Cut(setting, "=")
		if !isSet || name == "" {
			return nil, false
		}
		found = append(found, option{strings.ReplaceAll(strings.ToLower(name), "-", "_"), value})
	}
	return found, true
}

// checkOptions returns an error for options that would affect what is read, or that cannot be understood.
func checkOptions(text string) error {
	found, ok := options(text)
	if !ok {
		return &estate.OpenError{
			Message: "the connection string cannot be used: its options (or PGOPTIONS) are not of the form -c name=value",
			Hint:    "leave them out; a schema is chosen with search_path",
		}
	}
	for _, o := range found {
		if o.name == "search_path" || o.name == "application_name" || dsn.IsIdle(o.name) {
			continue
		}
		return unknownParam(inOptions, o.name)
	}
	return nil
}

// searchPath returns the schemas that the user set with search_path, or with -c search_path=… in options.
func searchPath(params map[string]string) []string {
	path := params["search_path"]
	if path == "" {
		found, _ := options(params["options"])
		for _, o := range found {
			if o.name == "search_path" {
				path = o.value
			}
		}
	}
	var schemas []string
	for schema := range strings.SplitSeq(path, ",") {
		schema = strings.Trim(strings.TrimSpace(schema), `"`)
		if schema != "" && schema != "$user" && schema != "pg_catalog" {
			schemas = append(schemas, schema)
		}
	}
	return schemas
}
