package pgdump

// Internals that tests use.

// AppendBytea decodes a bytea value.
func AppendBytea(dst, src []byte) ([]byte, bool) { return appendBytea(dst, src) }

// AppendArray appends an array literal as JSON.
func AppendArray(dst, src []byte, element string) ([]byte, bool) {
	return appendArray(dst, src, element)
}

// Taken returns when a backup was taken.
var Taken = taken
