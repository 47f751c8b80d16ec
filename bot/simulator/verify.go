package simulator

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
)

// Verify asks the webhook the question that the platform asks when a server
// address is saved: a signed GET with an echostr that must come back, exactly,
// within the timeout. A nil error means that the platform would accept it.
func (p *Platform) Verify(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Timeout)
	defer cancel()
	echo := p.digits(19)
	query := p.urlQuery("", strconv.FormatInt(p.now().Unix(), 10), p.digits(9)) + "&echostr=" + echo
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, joinQuery(p.cfg.URL, query), nil)
	if err != nil {
		return fmt.Errorf("simulator: verify: %w", err)
	}
	r.Header.Set("User-Agent", "Mozilla/4.0")
	r.Header.Set("Accept", "*/*")
	status, body, err := p.do(r)
	switch {
	case err != nil:
		return fmt.Errorf("simulator: verify: no answer: %w", err)
	case status != http.StatusOK:
		return fmt.Errorf("simulator: verify: HTTP status %d instead of 200", status)
	case body != echo:
		return fmt.Errorf("simulator: verify: the answer is not the echostr alone, but %s", excerpt(body))
	}
	return nil
}

// excerpt quotes the beginning of a body for a sentence.
func excerpt(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) > most {
		return strconv.Quote(string(r[:most])) + "…"
	}
	return strconv.Quote(s)
}
