// Package bench measures the product against yardsticks that run beside it on the same data: absolute times are noise,
// ratios are not.
package bench
