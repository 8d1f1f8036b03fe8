package estate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// maxDepth limits nesting, so that a hostile row cannot exhaust the stack. Real configuration nests about a dozen
// levels.
const maxDepth = 1000

var (
	errSyntax = errors.New("broken JSON")
	errDepth  = fmt.Errorf("JSON is nested deeper than %d levels", maxDepth)
)

// cursor walks over JSON text and validates it by the grammar of encoding/json, without decoding or allocating. Every
// method starts at i, leaves i after what it read, and returns an error if the text is not JSON.
type cursor struct {
	b     []byte
	i     int
	depth int
}

func (c *cursor) fail() error { return fmt.Errorf("%w at byte %d", errSyntax, c.i) }

// space skips white space and returns the next byte, 0 at the end.
func (c *cursor) space() byte {
	if c.i < len(c.b) && c.b[c.i] > ' ' { // nearly always
		return c.b[c.i]
	}
	return c.spaces()
}

func (c *cursor) spaces() byte {
	for c.i < len(c.b) {
		switch ch := c.b[c.i]; ch {
		case ' ', '\t', '\n', '\r':
			c.i++
		default:
			return ch
		}
	}
	return 0
}

// value skips one value of any type.
func (c *cursor) value() error {
	switch ch := c.space(); ch {
	case '"':
		_, err := c.text()
		return err
	case '{':
		return c.fields()
	case '[':
		return c.list()
	case 't':
		return c.word("true")
	case 'f':
		return c.word("false")
	case 'n':
		return c.word("null")
	default:
		return c.number()
	}
}

func (c *cursor) word(w string) error {
	if len(c.b)-c.i < len(w) || string(c.b[c.i:c.i+len(w)]) != w {
		return c.fail()
	}
	c.i += len(w)
	return nil
}

// object calls member for each field. key is the text between the quotes, escaped reports whether it has escapes;
// member must consume the value.
func (c *cursor) object(member func(key []byte, escaped bool) error) error {
	if c.depth++; c.depth > maxDepth {
		return errDepth
	}
	c.i++ // {
	if c.space() == '}' {
		c.i++
		c.depth--
		return nil
	}
	for {
		if c.space() != '"' {
			return c.fail()
		}
		start := c.i + 1
		escaped, err := c.text()
		if err != nil {
			return err
		}
		key := c.b[start : c.i-1]
		if c.space() != ':' {
			return c.fail()
		}
		c.i++
		if err := member(key, escaped); err != nil {
			return err
		}
		switch c.space() {
		case ',':
			c.i++
		case '}':
			c.i++
			c.depth--
			return nil
		default:
			return c.fail()
		}
	}
}

// fields skips an object. It repeats the loop of object because that makes reading about 7 % faster, and scanning is
// much of the cost of a large database.
func (c *cursor) fields() error {
	if c.depth++; c.depth > maxDepth {
		return errDepth
	}
	c.i++ // {
	if c.space() == '}' {
		c.i++
		c.depth--
		return nil
	}
	for {
		if c.space() != '"' {
			return c.fail()
		}
		if _, err := c.text(); err != nil {
			return err
		}
		if c.space() != ':' {
			return c.fail()
		}
		c.i++
		if err := c.value(); err != nil {
			return err
		}
		switch c.space() {
		case ',':
			c.i++
		case '}':
			c.i++
			c.depth--
			return nil
		default:
			return c.fail()
		}
	}
}

// list skips a list.
func (c *cursor) list() error {
	if c.depth++; c.depth > maxDepth {
		return errDepth
	}
	c.i++ // [
	if c.space() == ']' {
		c.i++
		c.depth--
		return nil
	}
	for {
		if err := c.value(); err != nil {
			return err
		}
		switch c.space() {
		case ',':
			c.i++
		case ']':
			c.i++
			c.depth--
			return nil
		default:
			return c.fail()
		}
	}
}

// text skips a string and reports whether it has escapes.
func (c *cursor) text() (escaped bool, err error) {
	i := plain(c.b, c.i+1)
	for {
		switch {
		case i >= len(c.b):
			c.i = i
			return false, c.fail()
		case c.b[i] == '"':
			c.i = i + 1
			return escaped, nil
		case c.b[i] != '\\': // a control character
			c.i = i
			return false, c.fail()
		}
		escaped, c.i = true, i
		if err := c.escape(); err != nil {
			return false, err
		}
		i = plain(c.b, c.i)
	}
}

const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

// plain returns the index of the next quote, backslash or control character from i on. It looks at eight bytes at a
// time: most of the text is in strings, so this loop takes most of the time.
func plain(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		if hit := ((w - low*0x20) | (w ^ low*'"' - low) | (w ^ low*'\\' - low)) &^ w & high; hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for i < len(b) && b[i] >= 0x20 && b[i] != '"' && b[i] != '\\' {
		i++
	}
	return i
}

func (c *cursor) escape() error {
	c.i++ // backslash
	if c.i >= len(c.b) {
		return c.fail()
	}
	switch c.b[c.i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		c.i++
		return nil
	case 'u':
		if c.i+5 > len(c.b) {
			return c.fail()
		}
		for _, h := range c.b[c.i+1 : c.i+5] {
			if !isHex(h) {
				return c.fail()
			}
		}
		c.i += 5
		return nil
	}
	return c.fail()
}

func isHex(h byte) bool {
	return '0' <= h && h <= '9' || 'a' <= h|0x20 && h|0x20 <= 'f'
}

func (c *cursor) number() error {
	if c.i < len(c.b) && c.b[c.i] == '-' {
		c.i++
	}
	switch {
	case c.i < len(c.b) && c.b[c.i] == '0':
		c.i++
	case !c.digits():
		return c.fail()
	}
	if c.i < len(c.b) && c.b[c.i] == '.' {
		if c.i++; !c.digits() {
			return c.fail()
		}
	}
	if c.i < len(c.b) && c.b[c.i]|0x20 == 'e' {
		return c.exponent()
	}
	return nil
}

func (c *cursor) exponent() error {
	if c.i++; c.i < len(c.b) && (c.b[c.i] == '+' || c.b[c.i] == '-') {
		c.i++
	}
	if !c.digits() {
		return c.fail()
	}
	return nil
}

func (c *cursor) digits() bool {
	start := c.i
	for c.i < len(c.b) && '0' <= c.b[c.i] && c.b[c.i] <= '9' {
		c.i++
	}
	return c.i > start
}
