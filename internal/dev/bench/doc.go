// Package bench compares the product with yardsticks that run at the same time on the same data. Absolute times vary
// too much between machines and runs; ratios do not.
package bench
