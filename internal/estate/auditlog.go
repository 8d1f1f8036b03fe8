package estate

// AuditState is field state of the resource of kind [AuditLog]: what is known of the records.
type AuditState string

// The states of the audit log.
const (
	AuditHasRows AuditState = "rows"   // it has records; field oldest_age_seconds is there if their age is known
	AuditEmpty   AuditState = "empty"  // it has none
	AuditUnread  AuditState = "unread" // it was not read
)
