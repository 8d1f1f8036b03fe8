package adminapitest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
)

// Fault is a way to fail.
type Fault struct {
	Method         string // of the requests that fail; empty: all
	Prefix, Suffix string // of the paths that fail; empty: all
	Times          int    // number of requests that fail; 0: all
	Do             func(w http.ResponseWriter, r *http.Request, site http.Handler)
}

func refuse(w http.ResponseWriter, code int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]string{"error_msg": http.StatusText(code)})
}

// Status answers with a status and with headers, given as names and values in turn. The body repeats the token, as a
// careless server might.
func Status(code int, headers ...string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(map[string]string{"error_msg": "refused " + r.Header.Get("X-API-KEY")})
	}
}

// Redirect redirects to the same path at another address.
func Redirect(base string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, base+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	}
}

// Body answers with a text.
func Body(text string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { _, _ = io.WriteString(w, text) }
}

// Hang does not answer until the client gives up.
func Hang(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() }

// Cut closes the connection in the middle of the answer.
func Cut(w http.ResponseWriter, r *http.Request, site http.Handler) {
	body := record(r, site)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// Reset closes the connection before the answer.
func Reset(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// NoPaging answers every page with the whole list.
func NoPaging(w http.ResponseWriter, r *http.Request, site http.Handler) {
	site.ServeHTTP(w, unpaged(r))
}

// Total changes the total of a list; a negative one is left out.
func Total(n func(page string, total int) int) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, site http.Handler) {
		var answer map[string]any
		if json.Unmarshal(record(r, site), &answer) == nil {
			if total, ok := answer["total"].(float64); ok {
				answer["total"] = n(r.URL.Query().Get("page"), int(total))
			}
			if total, ok := answer["total"].(int); ok && total < 0 {
				delete(answer, "total")
			}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// Clamp limits pages to n items, whatever is requested.
func Clamp(n int) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, site http.Handler) {
		r = r.Clone(r.Context())
		query := r.URL.Query()
		query.Set("page_size", strconv.Itoa(n))
		r.URL.RawQuery = query.Encode()
		site.ServeHTTP(w, r)
	}
}

func unpaged(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	query := r.URL.Query()
	query.Del("page")
	query.Del("page_size")
	r.URL.RawQuery = query.Encode()
	return r
}

func record(r *http.Request, site http.Handler) []byte {
	rec := httptest.NewRecorder()
	site.ServeHTTP(rec, r)
	return rec.Body.Bytes()
}
