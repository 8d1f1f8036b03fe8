// Package plural writes a number with its noun.
package plural

import "strconv"

// Of returns "1 row" or "12 rows".
func Of[N int | int64](n N, one, many string) string {
	if n == 1 {
		many = one
	}
	return strconv.FormatInt(int64(n), 10) + " " + many
}
