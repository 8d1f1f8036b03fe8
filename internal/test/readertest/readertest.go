// Package readertest proves that programs of others read every output format, and that all formats say the same. Each sample
// report is rendered into each format that there is and read with a public package that knows the format: it must parse, and
// the counts of findings that are read must be those of the report. A format without a reader fails.
//
// It is a separate module, because the readers need modules that the product does not.
package readertest
