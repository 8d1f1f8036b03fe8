package dialect

import (
	"slices"
	"strings"
)

// Compose replaces variables in a text of a docker-compose file as Compose does. What is not in values has the default
// that the text gives, or none, and then it is unknown: the environment may hold it
// (docs.docker.com/reference/compose-file/interpolation).
func Compose(text string, values map[string]string) Text {
	out, _ := composed(text, values, false)
	return out
}

// Names returns the names of the variables in a text of a docker-compose file, without those in the defaults of others.
func Names(text string) []string {
	var all []string
	for {
		_, after, found := strings.Cut(text, "$")
		if !found {
			return all
		}
		if name := nameAt(strings.TrimPrefix(after, "{")); name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
		_, text = variable(after, nil)
	}
}

// composed reads a text up to its end, or up to the brace that closes it if it stands inside of one.
func composed(text string, values map[string]string, inside bool) (out Text, rest string) {
	for text != "" {
		at := strings.IndexByte(text, '$')
		if end := strings.IndexByte(text, '}'); inside && end >= 0 && (at < 0 || end < at) {
			return out.with(Part{Reads: text[:end]}), text[end+1:]
		}
		if at < 0 {
			break
		}
		out = out.with(Part{Reads: text[:at]})
		var found Text
		found, text = variable(text[at+1:], values)
		out = Join(out, found)
	}
	return out.with(Part{Reads: text}), ""
}

// variable reads what follows a dollar sign.
func variable(text string, values map[string]string) (found Text, rest string) {
	if after, is := strings.CutPrefix(text, "$"); is {
		return Plain("$"), after
	}
	after, braced := strings.CutPrefix(text, "{")
	name := nameAt(after)
	if name == "" {
		return Plain("$"), text
	}
	after = after[len(name):]
	value, set := values[name]
	if !braced {
		return valueOr(name, value, set), after
	}
	empty := strings.HasPrefix(after, ":") // an empty value counts as none
	after = strings.TrimPrefix(after, ":")
	set = set && (value != "" || !empty)
	operator := after[:min(len(after), 1)]
	word, rest := composed(after[len(operator):], values, true)
	switch {
	case operator == "+" && set:
		return word, rest
	case operator == "+":
		return nil, rest
	case operator == "-" && !set:
		for i := range word {
			word[i].Default = name
		}
		return word, rest
	case operator == "}":
		return valueOr(name, value, set), after[1:]
	}
	return valueOr(name, value, set), rest
}

// valueOr returns the value of a variable, which is unknown if it is not set.
func valueOr(name, value string, set bool) Text {
	if !set {
		return Unknown(Variable(name))
	}
	return Plain(value)
}

// nameAt returns the name of a variable with which a text begins; empty if it begins with none.
func nameAt(text string) string {
	for i, c := range []byte(text) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || '9' < c) {
			return text[:i]
		}
	}
	return text
}
