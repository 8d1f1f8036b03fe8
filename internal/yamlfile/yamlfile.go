// Package yamlfile reads YAML files: it is the only importer of the YAML library, so that the limits, the positions and
// the treatment of several documents are the same everywhere, and the library can be changed in one place.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// maxBytes bounds a file: a tree takes some fifteen times as much memory as its text.
const maxBytes = 16 << 20

// Decode reads data, which must hold one document or none, into a struct or map. Fields that into does not have are
// errors. Errors begin with name and, where the parser knows it, the line.
func Decode(name string, data []byte, into any) error {
	if len(data) > maxBytes {
		return fmt.Errorf("%s: %d bytes, more than the limit of %d", name, len(data), maxBytes)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: more than one YAML document", name)
	}
	return nil
}
