package postgres

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

//go:embed views/*.sql
var viewFiles embed.FS

// viewFunctions returns the SQL of functions that hide secrets, which they find by the names that package redact knows.
// They do not judge the shape of a text, which would cost the server too much. No text in them has a backslash, because
// whether that is one depends on a setting of the session.
var viewFunctions = sync.OnceValue(func() string {
	var template strings.Builder
	for _, name := range []string{"names", "values", "plugins", "resources", "columns"} {
		text, err := viewFiles.ReadFile("views/" + name + ".sql")
		if err != nil {
			panic("postgres: " + err.Error()) // never happens: all are embedded
		}
		template.WriteString("\n" + string(text))
	}
	return fillings(redact.Words()).Replace(strings.TrimPrefix(template.String(), "\n"))
})

// fillings are the names and patterns in the functions.
func fillings(words redact.Vocabulary) *strings.Replacer {
	var special, ordinary, counting []string // plugins that hold code, texts or plugins; all others; those whose key is a variable
	for _, name := range words.Plugins {
		secret := slices.Contains(slices.Collect(maps.Values(words.Peculiar[name])), true)
		if secret || name == "workflow" || name == "multi-auth" {
			special = append(special, name)
		} else {
			ordinary = append(ordinary, name)
		}
		if isSecret, said := words.Peculiar[name]["key"]; said && !isSecret {
			counting = append(counting, name)
		}
	}
	var published []string
	for _, text := range words.Published {
		published = append(published, literal(asJSON(text)))
	}
	p := patternsOf(words)
	return strings.NewReplacer(
		"{schema}", viewSchema, "{quote}", "$body$", "{marker}", redact.Marker, "{published}", strings.Join(published, ", "),
		"{words}", strings.Join(words.SecretWords, "|"), "{about}", strings.Join(words.AboutSecrets, "|"),
		"{variables}", p.variables, "{short}", literals(strings.Split(shortNames, "|")), "{accented}", accented(), "{accentedparameter}", accentedParameter(),
		"{givenends}", ends(givenEnds), "{writtenends}", ends(writtenEnds),
		"{settings}", strings.Join(words.VariableSettings, "|"), "{cookies}", strings.Join(words.PlainCookies, "|"),
		"{codes}", strings.Join(words.PlainCodes, "|"), "{operators}", literals(words.Operators),
		"{given}", object(words.Given), "{written}", object(words.Written), "{counting}", literals(counting),
		"{suspicious}", p.suspicious, "{suspiciousname}", p.suspiciousName,
		"{suspiciousvariable}", p.suspiciousVariable, "{hint}", p.hint,
		"{carriers}", p.carriers, "{scheme}", scheme, "{tokens}", armoured, "{user}", user,
		"{longest}", strconv.Itoa(words.LongestText), "{maxrow}", strconv.Itoa(controlplane.MaxRow),
		"{special}", object(special), "{ordinary}", object(ordinary),
		"{plugins}", object(words.Plugins), "{proving}", object(words.Proving), "{peculiar}", asJSON(words.Peculiar),
		"{known}", literals(controlplane.KnownCollections()), "{collections}", collections(words), "{mentions}", mentions(),
	)
}

// object returns a JSON object with these members.
func object(names []string) string {
	members := map[string]bool{}
	for _, name := range names {
		members[name] = true
	}
	return asJSON(members)
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("postgres: " + err.Error()) // never happens for maps of strings
	}
	return string(text)
}

// collections returns a branch for each known collection of kine.
func collections(words redact.Vocabulary) string {
	var b strings.Builder
	for _, name := range controlplane.KnownCollections() {
		kind := controlplane.KindOf(name)
		var shown []string
		others := map[string]string{}
		for field, how := range redact.Fields(kind) {
			if how == redact.Shown {
				shown = append(shown, field)
			} else {
				others[field] = string(how)
			}
		}
		slices.Sort(shown)
		extra, searched := "'{}'", "false"
		if kind == estate.PluginMetadata {
			extra = "coalesce('" + asJSON(words.Peculiar) + "'::jsonb -> id, '{}')"
			searched = "'" + object(words.Plugins) + "'::jsonb ? id AND id NOT IN ('workflow', 'multi-auth')"
		}
		value := fmt.Sprintf("%s.resource(v, ARRAY[%s], '%s', %s, %t, %s)", viewSchema, literals(shown), asJSON(others), extra, kind == estate.Consumer, searched)
		if kind == estate.PluginList {
			value = fmt.Sprintf("CASE jsonb_typeof(v) WHEN 'array' THEN %s.enabled(v) ELSE %s END", viewSchema, value)
		}
		fmt.Fprintf(&b, "    WHEN %s THEN %s\n", literal(name), value)
	}
	return b.String()
}

// mentions returns whether the value of a key of an unknown collection may mention plugins.
func mentions() string {
	var marks []string
	for _, mark := range controlplane.PluginMarks() {
		text := literal(mark)
		if rest, ok := strings.CutPrefix(mark, `\`); ok {
			text = "chr(92) || " + literal(rest)
		}
		marks = append(marks, "strpos(value, "+text+") > 0")
	}
	return strings.Join(marks, " OR ")
}
