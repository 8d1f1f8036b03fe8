package report

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// ErrForeign is the error of [Read] for JSON that is no report of this program, or of a schema that it does not know.
var ErrForeign = errors.New("not a JSON report of " + Program)

// ErrDamaged is the error of [Read] for a report that ends early, or is damaged.
var ErrDamaged = errors.New("the report is damaged or ends early")

// Read reads a JSON report. Its findings are packed one by one, so that a report with many needs little memory. Fields that
// it does not know are ignored: a later release may have added them. The error is [ErrForeign], [ErrDamaged] or that of in.
func Read(in io.Reader) (*Report, error) {
	source := &source{in: bufio.NewReader(in)}
	if mark, _ := source.in.Peek(len(byteOrderMark)); string(mark) == byteOrderMark { // as PowerShell writes it
		_, _ = source.in.Discard(len(byteOrderMark))
	}
	r, err := read(json.NewDecoder(source))
	if err != nil && source.err != nil {
		return nil, source.err
	}
	return r, err
}

const byteOrderMark = "\ufeff"

// source remembers why it cannot be read, which decoding would hide.
type source struct {
	in  *bufio.Reader
	err error
}

// Read reads on.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err //nolint:wrapcheck // the caller has words for it
}

func read(dec *json.Decoder) (*Report, error) {
	if opening, err := dec.Token(); err != nil || opening != json.Delim('{') {
		return nil, ErrForeign
	}
	r := &Report{}
	fields := fieldsOf(r)
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, ErrDamaged
		}
		switch key, _ := name.(string); {
		case key == "targets": // another document of this program
			return nil, ErrForeign
		case key == "findings":
			r.Findings, err = readFindings(dec)
		case fields[key] != nil:
			err = dec.Decode(fields[key])
		default:
			var unknown json.RawMessage
			err = dec.Decode(&unknown)
		}
		if err != nil {
			return nil, ErrDamaged
		}
		if key := name; (key == "schema_version" || key == "tool") && r.foreign() {
			return nil, ErrForeign
		}
	}
	_, open := dec.Token()
	_, more := dec.Token()
	switch {
	case open != nil, !errors.Is(more, io.EOF):
		return nil, ErrDamaged
	case r.SchemaVersion == "" || r.Tool.Name == "" || r.Verdict == "":
		return nil, ErrForeign
	}
	return r, nil
}

// foreign reports whether what was read so far cannot be of a report that this program understands.
func (r *Report) foreign() bool {
	return r.SchemaVersion != "" && r.SchemaVersion != SchemaVersion || r.Tool.Name != "" && r.Tool.Name != Program
}

// fieldsOf returns pointers to the fields of a report by their names in JSON.
func fieldsOf(r *Report) map[string]any {
	fields := map[string]any{}
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		fields[name] = v.Field(i).Addr().Interface()
	}
	return fields
}

// readFindings reads a list of findings, or null.
func readFindings(dec *json.Decoder) (Findings, error) {
	found := Findings{}
	switch opening, err := dec.Token(); {
	case err != nil:
		return nil, ErrDamaged
	case opening == nil: // null
		return found, nil
	case opening != json.Delim('['):
		return nil, ErrDamaged
	}
	packers := map[string]*Packer{}
	for dec.More() {
		var finding Finding
		if err := dec.Decode(&finding); err != nil {
			return nil, fmt.Errorf("finding %d: %w", len(found)+1, err)
		}
		if packers[finding.Rule] == nil {
			packers[finding.Rule] = &Packer{}
		}
		found = append(found, packers[finding.Rule].Pack(&finding))
	}
	_, err := dec.Token()
	return found, err //nolint:wrapcheck // the end of the list
}
