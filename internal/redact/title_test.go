package redact_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/redact"
)

func TestATitleKeepsWordsAndHidesWhatIsDrawnByLot(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", "Payment API", "svc 12", "payment-api", "Order Service v2", "支付服务", "Zürich orders", "User's API", "orders/v1", "customer_service (EU)", "getUserById",
		"OAuth2 Token Service", "billing.internal", "gw-7d9f8c6b5-x2x4z", "5d8c1f0a-3b7e-4f52-9a41-6c0d2e8b7f13", "00000000000000000123", "OAuth2TokenServiceV2ForEU1",
		"team/payments/checkout/OAuth2/serviceV2", "api7-ee/dashboard_conf/conf.yaml", "<redacted>",
	} {
		if got := redact.Title(name); got != name {
			t.Errorf("%q became %q", name, got)
		}
	}
	for name, want := range map[string]string{
		"7f80e222f828767efc2f91624a8940f1":              "<redacted>",
		"svc12 118813830d71939b53182e4e349d9872":        "svc12 <redacted>",
		"svc3 Rj40Ffx5mTjNKfEXPbpxQBcw2UqX+HbM9GzFWB+s": "svc3 <redacted>",
		"a +e71958rSTSvh/VSC2m5Sw2YLoW7VbZyqHJjes10 b":  "a <redacted> b",
		"r CayaY0kgzylzBnTbbhtNBZNtg+/OWNVckbXgeduG":    "r <redacted>",
		"svc ghp_BkdfQ1y3GQsMpSscDlkrCaqx9vJupc94tnwl":  "svc <redacted>",
		"svc hvs.CAESIJKabcDEF123ghiJKL456":             "svc <redacted>",
	} {
		if got := redact.Title(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}
