package render

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// asJSON writes the report as JSON: no list or map is null, and no character can move a cursor.
func asJSON(out *bufio.Writer, r *report.Report, _ Options) error {
	return asDocument(out, reflect.ValueOf(r).Elem())
}

// asDocument writes a struct. Long lists are encoded entry by entry, so that memory never holds a document with many
// findings twice.
func asDocument(out *bufio.Writer, v reflect.Value) error {
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() { // the last ones
			continue
		}
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		_, _ = out.WriteString(before(i, "{") + "\n  \"" + name + "\": ")
		f := v.Field(i)
		write := func() error { return asValue(out, f, "  ") }
		if f.Kind() == reflect.Slice && f.Len() > 0 {
			entry := f.Index
			if found, ok := reflect.TypeAssert[report.Findings](f); ok {
				entry = func(i int) reflect.Value { return reflect.ValueOf(found[i].Open()).Elem() }
			}
			write = func() error { return asList(out, f.Len(), entry, "  ") }
		}
		if err := write(); err != nil {
			return err
		}
	}
	_, _ = out.WriteString("\n}\n")
	return nil
}

// JSON returns another document, one that is not a report, in the same form.
func JSON(document any) (string, error) {
	var buf bytes.Buffer
	out := bufio.NewWriter(&buf)
	err := asValue(out, reflect.ValueOf(document), "")
	_ = out.Flush() // a buffer takes everything
	return buf.String() + "\n", err
}

// asList writes a list of n entries, at least one, on lines that begin with indent.
func asList(out *bufio.Writer, n int, entry func(int) reflect.Value, indent string) error {
	for i := range n {
		if _, err := out.WriteString(before(i, "[") + "\n" + indent + "  "); err != nil { // nobody reads the rest
			return fmt.Errorf("writing: %w", err)
		}
		if err := asValue(out, entry(i), indent+"  "); err != nil {
			return err
		}
	}
	_, _ = out.WriteString("\n" + indent + "]")
	return nil
}

// before returns the text in front of entry i.
func before(i int, opening string) string {
	if i == 0 {
		return opening
	}
	return ","
}

// asValue writes a value. Its lines after the first begin with indent.
func asValue(out *bufio.Writer, v reflect.Value, indent string) error {
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	enc.SetIndent(indent, "  ")
	if err := enc.Encode(filled(v).Interface()); err != nil {
		return fmt.Errorf("encoding: %w", err)
	}
	escape(out, bytes.TrimSuffix(raw.Bytes(), []byte("\n")))
	return nil
}

// escape writes the document with characters that encoding/json leaves alone and a terminal may obey, C1 and
// bidirectional controls, as \u escapes. They occur only in strings, so the document keeps its meaning.
func escape(out *bufio.Writer, document []byte) {
	last := rune(0)
	for len(document) > 0 {
		r, size := utf8.DecodeRune(document)
		document = document[size:]
		again := r == '#' && last == '#' // two of them can begin a command to a build server that reads the output
		last = r
		switch {
		case r == '\n' || unicode.IsPrint(r) && !again:
			_, _ = out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			_, _ = fmt.Fprintf(out, `\u%04x\u%04x`, high, low)
		default:
			_, _ = fmt.Fprintf(out, `\u%04x`, r)
		}
	}
}

// filled returns a copy of v in which every nil list and map is an empty one.
func filled(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() { //nolint:exhaustive // all other kinds hold no list
	case reflect.Slice:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(filled(v.Index(i)))
		}
	case reflect.Map:
		if v.IsNil() {
			out.Set(reflect.MakeMap(v.Type()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(filled(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() { // time.Time keeps its unexported fields
				out.Field(i).Set(filled(v.Field(i)))
			}
		}
	}
	return out
}
