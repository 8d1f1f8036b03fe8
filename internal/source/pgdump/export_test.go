package pgdump

// What tests look at from inside.

// AppendBytea decodes a bytea value.
func AppendBytea(dst, src []byte) ([]byte, bool) { return appendBytea(dst, src) }

// AppendArray writes an array literal as JSON.
func AppendArray(dst, src []byte, element string) ([]byte, bool) {
	return appendArray(dst, src, element)
}

// Taken returns when a backup was taken.
var Taken = taken
