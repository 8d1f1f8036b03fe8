package snapshot_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/test/alloctest"
)

// FuzzOpen uses data as a file, as a compressed stream, as text and as lines of resources, with valid seals and
// digests, because no change gets past those. It proves that a file is read or refused with a typed error, and that
// neither takes memory out of proportion to the file.
func FuzzOpen(f *testing.F) {
	few := demo(f)
	few.Resources = few.Resources[len(few.Resources)-8:] // large seeds are slow to change
	for _, src := range []estate.Source{few, troubled(), file{few}} {
		whole := take(f, src)
		f.Add(whole)
		f.Add(whole[:len(whole)-40])
		f.Add(text(f, whole))
		lines := bytes.SplitAfter(text(f, whole), []byte("\n"))
		f.Add(bytes.Join(lines[1:len(lines)-2], nil))
	}
	all := need()
	f.Fuzz(func(t *testing.T, data []byte) {
		play(t, all, data)
		play(t, all, snapshot.SealStream(bytes.Clone(data)))
		play(t, all, snapshot.Seal(data))
		whole := header + "\n" + string(data)
		if len(data) > 0 && data[len(data)-1] != '\n' {
			whole += "\n"
		}
		kinds := `"` + strings.Join(names(), `","`) + `"`
		play(t, all, snapshot.Seal([]byte(whole+fmt.Sprintf(`{"manifest":{"kinds":[%s],"sources":[],"resources":%d,"sha256":%q}}`+"\n",
			kinds, strings.Count(whole, "\n")-1, snapshot.Sum([]byte(whole))))))
	})
}

func names() []string {
	var all []string
	for _, k := range estate.Kinds() {
		all = append(all, k.String())
	}
	return all
}

func play(t *testing.T, need estate.Need, data []byte) {
	t.Helper()
	// The file is read twice, each time with the window and the buffers of its compression. Only one decompressed
	// line is kept.
	limit := 24<<20 + 200*uint64(len(data))
	alloctest.Within(t, limit, func() {
		src, err := snapshot.Read("fuzz", bytes.NewReader(data), int64(len(data)))
		if err == nil {
			_, err = src.Stream(t.Context(), need, func(r *estate.Resource) error {
				_ = r.Origin.Where("/plugins/x")
				return nil
			})
		}
		if err == nil {
			return
		}
		if _, ok := errors.AsType[*estate.OpenError](err); !ok {
			t.Errorf("error %v", err)
		}
	})
}
