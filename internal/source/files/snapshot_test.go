package files_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
)

// TestSnapshotsCarryFilesWithoutSecrets proves that what is read from a snapshot of configuration files has the same
// resources at the same places, and none of their secrets.
func TestSnapshotsCarryFilesWithoutSecrets(t *testing.T) {
	t.Parallel()
	in := folderOf(t, bundle+strings.TrimPrefix(rendered, "\n")+layers)
	live := in.read(t)
	var file bytes.Buffer
	if _, err := snapshot.Write(t.Context(), &file, snapshot.Options{Tool: "test", Sources: []estate.Source{live.source}, Need: everything(), Scratch: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	text, err := zstdText(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "CANARY") || !strings.Contains(text, "retention_days") {
		t.Errorf("the snapshot shows a secret, or lacks keys:\n%s", text)
	}
	src, err := snapshot.Read("s", bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	again := &reading{installation: in}
	if again.coverage, err = src.Stream(t.Context(), everything(), func(r *estate.Resource) error {
		kept := *r
		kept.Body = bytes.Clone(r.Body)
		again.resources = append(again.resources, kept)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(live.list(), again.list()); diff != "" {
		t.Errorf("resources (-live +snapshot):\n%s", diff)
	}
	for _, r := range again.resources {
		if r.Kind != estate.GatewayConfig || !strings.HasSuffix(r.ID, "gateway_conf/config.yaml") {
			continue
		}
		if at := in.plain(r.Origin.Where("/settings/nginx_config/http")); at != "api7-ee/gateway_conf/config.yaml:4:3" {
			t.Errorf("the place in the snapshot is %s", at)
		}
		if err := estate.NewReader(nil).Read(&r); err != nil {
			t.Fatal(err)
		}
		if v := setting(&r, "deployment", "etcd", "host"); v.Unreadable() == "" {
			t.Errorf("what was unknown is %s in the snapshot", v.Raw())
		}
	}
	for _, k := range estate.Kinds() {
		if live.source.Holds(k) != src.Holds(k) {
			t.Errorf("%s: the files hold it %v, the snapshot %v", k, live.source.Holds(k), src.Holds(k))
		}
	}
}

func zstdText(data []byte) (string, error) {
	dec, err := zstd.NewReader(nil)
	if err != nil {
		return "", err
	}
	defer dec.Close()
	text, err := dec.DecodeAll(data, nil)
	return string(text), err
}
