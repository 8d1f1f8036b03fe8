package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"unicode"
	"unicode/utf16"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// asJSON writes the report as the contract has it: no list or map is ever null, and no character in it moves a cursor.
func asJSON(buf *bytes.Buffer, r *report.Report, _ Options) error {
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(filled(reflect.ValueOf(*r)).Interface()); err != nil {
		return fmt.Errorf("encoding: %w", err)
	}
	escape(buf, raw.Bytes())
	return nil
}

// escape writes what encoding/json leaves as it is and a terminal may obey, C1 and bidirectional controls, as \u
// escapes. Such characters stand in strings only, so the document means the same.
func escape(buf *bytes.Buffer, document []byte) {
	for _, r := range string(document) {
		switch {
		case r == '\n' || unicode.IsPrint(r):
			buf.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(buf, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(buf, `\u%04x`, r)
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
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() { // time.Time keeps its own
				out.Field(i).Set(filled(v.Field(i)))
			}
		}
	}
	return out
}
