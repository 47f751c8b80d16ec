package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"strconv"
	"time"
)

// fewDays is when a certificate should have been renewed: those that renew themselves do it earlier.
const fewDays = 21

// certificate looks at what the server shows, and reports whether it is good.
func (s Setup) certificate(ctx context.Context, n *notes, u *url.URL) bool {
	chain, err := s.shown(ctx, u)
	if err != nil {
		kind := networkFault(err)
		if kind == "" {
			kind = "handshake"
		}
		n.add("address-"+kind, "host", u.Hostname())
		return false
	}
	leaf := chain[0]
	days := int(leaf.NotAfter.Sub(s.Now()).Hours() / 24)
	if fault := s.certificateFault(chain, u.Hostname()); fault != "" {
		n.add(fault, "host", u.Hostname(), "day", leaf.NotAfter.Format(time.DateOnly))
		return false
	}
	id := "address-certificate-good"
	if days < fewDays {
		id = "address-certificate-soon"
	}
	n.add(id, "days", strconv.Itoa(days), "day", leaf.NotAfter.Format(time.DateOnly))
	return true
}

// shown gives the certificates as the server sends them, whatever they are worth.
func (s Setup) shown(ctx context.Context, u *url.URL) ([]*x509.Certificate, error) {
	ctx, cancel := step(ctx)
	defer cancel()
	dial := s.Net.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	port := u.Port()
	if port == "" {
		port = defaultPort(u)
	}
	raw, err := dial(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	conn := tls.Client(raw, &tls.Config{ServerName: u.Hostname(), InsecureSkipVerify: true}) // certificateFault verifies
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return conn.ConnectionState().PeerCertificates, nil // a server always shows one
}

// certificateFault names what a browser, and the platform, would refuse the chain for.
func (s Setup) certificateFault(chain []*x509.Certificate, host string) string {
	leaf := chain[0]
	switch now := s.Now(); {
	case now.After(leaf.NotAfter):
		return "address-certificate-expired"
	case now.Before(leaf.NotBefore):
		return "address-certificate-early"
	case leaf.VerifyHostname(host) != nil:
		return "address-certificate-host"
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: s.Net.Roots, Intermediates: between, CurrentTime: s.Now()})
	var unknown x509.UnknownAuthorityError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &unknown) && len(chain) == 1 && string(leaf.RawIssuer) != string(leaf.RawSubject):
		return "address-certificate-chain"
	case errors.As(err, &unknown):
		return "address-certificate-unknown"
	}
	return "address-certificate-bad"
}
