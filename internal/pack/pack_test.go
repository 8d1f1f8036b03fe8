package pack_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/pack"
)

type Head struct {
	Name  string
	Count int
}

type value struct {
	Head

	Text     string
	On       bool
	Small    int8
	Big      uint64
	Words    []string
	Inner    []Head
	Labels   map[string]string
	Maybe    *string
	Optional *Head
	Func     func()
}

// random returns a value of which much is like every other and the rest is not.
func random(r *rand.Rand) value {
	v := value{Text: "what all of them say, again and again and again", On: r.IntN(2) == 0, Small: int8(r.IntN(256) - 128), Big: r.Uint64()}
	v.Name, v.Count = fmt.Sprintf("r%d", r.Uint32()), r.IntN(1000)-500
	for range r.IntN(4) {
		v.Words = append(v.Words, strings.Repeat(v.Name, r.IntN(5)), "\xff\x00\u2028")
		v.Inner = append(v.Inner, Head{v.Name, -r.IntN(9)})
	}
	if r.IntN(3) == 0 {
		v.Labels = map[string]string{"team": v.Name, "": "x", "env": "prod"}
		v.Maybe, v.Optional = new(v.Name), &Head{Name: v.Name}
	}
	if r.IntN(50) == 0 {
		v.Text = strings.Repeat(strconv.FormatUint(r.Uint64(), 10), 10_000) // more than a dictionary, and than a block
	}
	return v
}

func TestWhatIsOpenedIsWhatWasPacked(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var p pack.Packer[value]
	want := []value{
		{}, {Words: []string{}, Labels: map[string]string{}, Maybe: new(string)}, {Words: []string{""}, Optional: &Head{}},
	}
	for range 3000 {
		want = append(want, random(r))
	}
	packed := make([]pack.Packed[value], len(want))
	for i := range want {
		packed[i] = p.Pack(&want[i])
	}
	for i := range want {
		if diff := cmp.Diff(&want[i], packed[i].Open()); diff != "" {
			t.Fatalf("value %d (-packed +opened):\n%s", i, diff)
		}
	}
}

func TestAnOpenedValueIsACopy(t *testing.T) {
	t.Parallel()
	var p pack.Packer[value]
	packed := p.Pack(&value{Words: []string{"a"}})
	packed.Open().Words[0] = "b"
	if got := packed.Open().Words[0]; got != "a" {
		t.Errorf("it became %q", got)
	}
}

// TestNothingIsLostWithoutAWord has values that cannot be packed.
func TestNothingIsLostWithoutAWord(t *testing.T) {
	t.Parallel()
	type secret struct{ hidden string }
	for name, try := range map[string]func(){
		"function":         func() { new(pack.Packer[value]).Pack(&value{Func: func() {}}) },
		"unexported field": func() { new(pack.Packer[secret]).Pack(&secret{"x"}) },
		"number":           func() { new(pack.Packer[float64]).Pack(new(1.5)) },
		"interface":        func() { new(pack.Packer[[]any]).Pack(&[]any{1}) },
		"map by numbers":   func() { new(pack.Packer[map[int]int]).Pack(&map[int]int{1: 1}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: it was packed", name)
				}
			}()
			try()
		}()
	}
}
