package lookuptest_test

import (
	"errors"
	"net"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/test/lookuptest"
)

var looked = lookuptest.Record()

func TestANameThatIsLookedUpIsNoted(t *testing.T) {
	t.Parallel()
	_, err := net.DefaultResolver.LookupHost(t.Context(), "Some-Where.example")
	if e, ok := errors.AsType[*net.DNSError](err); !ok || !e.IsNotFound {
		t.Errorf("got %v", err)
	}
	if looked.Of("some-where") == nil {
		t.Error("it is not noted")
	}
	if found := looked.Of("elsewhere"); found != nil {
		t.Errorf("noted are %v", found)
	}
}

func TestAnAddressIsNoName(t *testing.T) {
	t.Parallel()
	if all, err := net.DefaultResolver.LookupHost(t.Context(), "127.0.0.1"); err != nil || len(all) != 1 || looked.Of("127") != nil {
		t.Errorf("%v, %v, noted are %v", all, err, looked.Of("127"))
	}
}
