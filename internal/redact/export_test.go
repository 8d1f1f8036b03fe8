package redact

// DSN returns what may be shown of a connection string.
var DSN = connection
