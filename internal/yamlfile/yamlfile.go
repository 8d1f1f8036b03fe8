// Package yamlfile reads YAML files: it is the only importer of the YAML library, so that the limits, the positions and
// the treatment of several documents are the same everywhere, and the library can be changed in one place.
package yamlfile

import (
	"bytes"
	"errors"
	"io"

	"gopkg.in/yaml.v3"
)

// maxBytes bounds a file: a tree takes some fifteen times as much memory as its text.
const maxBytes = 16 << 20

// Decode reads data, which must hold one document or none, into a struct or map. Fields that into does not have are
// errors. Errors are of type [Error] and quote keys and no values.
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
