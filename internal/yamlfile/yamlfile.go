// Package yamlfile reads YAML files. It alone imports the YAML library, so that limits, positions and the treatment
// of several documents are the same everywhere, and the library can be replaced in one place.
package yamlfile

import (
	"bytes"
	"errors"
	"io"

	"gopkg.in/yaml.v3"
)

// maxBytes limits the size of a file: a tree takes about fifteen times the memory of its text.
const maxBytes = 16 << 20

// Decode reads data, which must hold at most one document, into a struct or map. A field that into does not have is
// an error. Errors are of type [Error]; they may quote keys but never values.
func Decode(name string, data []byte, into any) error {
	if len(data) > maxBytes {
		return tooLarge(name, data)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return nil
		}
		if bad, ok := errors.AsType[*yaml.TypeError](err); ok && len(bad.Errors) > 0 {
			return mistyped(name, bad)
		}
		return explain(name, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return &Error{Name: name, Reason: "more than one YAML document"}
	}
	return nil
}
