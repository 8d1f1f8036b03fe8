package pgdump

import (
	"encoding/binary"
	"slices"
	"sync"
)

// appendBytea appends the bytes of a bytea value in the hex or the escape format of pg_dump. It returns false for any
// other text.
func appendBytea(dst, src []byte) ([]byte, bool) {
	if len(src) >= 2 && src[0] == '\\' && src[1] == 'x' {
		return appendHex(dst, src[2:])
	}
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c != '\\':
			dst = append(dst, c)
		case i+1 < len(src) && src[i+1] == '\\':
			dst = append(dst, c)
			i++
		case i+3 < len(src) && isOctal(src[i+1:i+4]):
			dst = append(dst, (src[i+1]-'0')<<6|(src[i+2]-'0')<<3|(src[i+3]-'0'))
			i += 3
		default:
			return dst, false
		}
	}
	return dst, true
}

func isOctal(s []byte) bool {
	for _, c := range s {
		if c < '0' || c > '7' {
			return false
		}
	}
	return s[0] <= '3'
}

// appendHex decodes pairs of hex digits, with one table look-up for each: a kine table of a million rows has two
// billion digits.
func appendHex(dst, src []byte) ([]byte, bool) {
	if len(src)%2 != 0 {
		return dst, false
	}
	at := len(dst)
	dst = slices.Grow(dst, len(src)/2)[:at+len(src)/2]
	out, in, pairs := dst[at:], src, hexPairs()
	var seen uint16
	for ; len(in) >= 16 && len(out) >= 8; in, out = in[16:], out[8:] {
		i, o := in[:16:16], out[:8:8]
		a, b := pairs[binary.LittleEndian.Uint16(i)], pairs[binary.LittleEndian.Uint16(i[2:])]
		c, d := pairs[binary.LittleEndian.Uint16(i[4:])], pairs[binary.LittleEndian.Uint16(i[6:])]
		e, f := pairs[binary.LittleEndian.Uint16(i[8:])], pairs[binary.LittleEndian.Uint16(i[10:])]
		g, h := pairs[binary.LittleEndian.Uint16(i[12:])], pairs[binary.LittleEndian.Uint16(i[14:])]
		o[0], o[1], o[2], o[3] = byte(a), byte(b), byte(c), byte(d) //nolint:gosec // seen has the rest
		o[4], o[5], o[6], o[7] = byte(e), byte(f), byte(g), byte(h) //nolint:gosec // seen has the rest
		seen |= a | b | c | d | e | f | g | h
	}
	for ; len(in) >= 2 && len(out) >= 1; in, out = in[2:], out[1:] {
		a := pairs[binary.LittleEndian.Uint16(in)]
		out[0] = byte(a) //nolint:gosec // seen has the rest
		seen |= a
	}
	if seen&noHex != 0 {
		return dst[:at], false
	}
	return dst, true
}

// noHex marks a pair that is not two hex digits.
const noHex = 0x100

// hexPairs returns a table from each two characters to the byte that they encode, or noHex. Of its 128 KiB only the
// entries for real pairs are used, and these fit in the innermost cache of a core.
var hexPairs = sync.OnceValue(func() *[1 << 16]uint16 {
	var pairs [1 << 16]uint16
	for i := range pairs {
		pairs[i] = noHex
	}
	const digits, capitals = "0123456789abcdef", "0123456789ABCDEF"
	for high := range uint16(16) {
		for low := range uint16(16) {
			for _, first := range []byte{digits[high], capitals[high]} {
				for _, second := range []byte{digits[low], capitals[low]} {
					pairs[binary.LittleEndian.Uint16([]byte{first, second})] = high<<4 | low
				}
			}
		}
	}
	return &pairs
})
