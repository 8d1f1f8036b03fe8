package pgdump

import (
	"encoding/binary"
	"slices"
)

// appendBytea decodes a bytea value as pg_dump writes it, in the hex or the escape format. It returns false for text
// that is neither.
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

// Every byte of a word at once.
const (
	ones   = 0x0101010101010101
	nibble = 0x0f * ones
)

// appendHex decodes pairs of hex digits, eight digits at a time: a kine table of a million rows has two billion.
func appendHex(dst, src []byte) ([]byte, bool) {
	if len(src)%2 != 0 {
		return dst, false
	}
	at := len(dst)
	dst = slices.Grow(dst, len(src)/2)[:at+len(src)/2]
	out, in := dst[at:], src
	for ; len(in) >= 8 && len(out) >= 4; in, out = in[8:], out[4:] {
		x := binary.LittleEndian.Uint64(in)
		letter := x >> 6 & ones // 1 where the digit is a lower-case letter
		n := x&nibble + 9*letter
		if n&^nibble != 0 || (n+6*ones)>>4&ones != letter || n+'0'*ones+('a'-'0'-10)*letter != x {
			break // not eight lower-case digits
		}
		n |= n << 12 // the high digit comes first
		binary.LittleEndian.PutUint32(out, gather(n>>8&0x00ff00ff00ff00ff))
	}
	for ; len(in) > 0; in, out = in[2:], out[1:] {
		high, low := digit(in[0]), digit(in[1])
		if high > 15 || low > 15 {
			return dst[:at], false
		}
		out[0] = high<<4 | low
	}
	return dst, true
}

// gather brings every second byte together.
func gather(x uint64) uint32 {
	x = (x | x>>8) & 0x0000ffff0000ffff
	return uint32(x | x>>16) //nolint:gosec // the lower half holds the four bytes
}

func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 16
}
