package redact

// DSN shows a connection string.
var DSN = connection
