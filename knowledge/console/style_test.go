package console

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestContrast says that every text of the design stands out from its ground by 4.5 : 1, and
// every edge of a field by 3 : 1, light and dark. WCAG 2.2, 1.4.3 and 1.4.11.
func TestContrast(t *testing.T) {
	raw, err := os.ReadFile("static/base.css")
	ok(t, err)
	light, dark, found := strings.Cut(string(raw), "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("no dark form")
	}
	dark, _, _ = strings.Cut(dark, "/* Ground */")
	pairs := []struct {
		text, ground string
		least        float64
	}{
		{"text", "ground", 4.5}, {"text", "card", 4.5}, {"soft", "ground", 4.5}, {"soft", "card", 4.5}, {"link", "ground", 4.5}, {"link", "card", 4.5},
		{"on-accent", "accent", 4.5}, {"text", "accent-ground", 4.5}, {"on-bad", "bad", 4.5}, {"bad", "card", 4.5}, {"bad", "ground", 4.5},
		{"text", "info-ground", 4.5}, {"text", "good-ground", 4.5}, {"text", "warn-ground", 4.5}, {"text", "bad-ground", 4.5},
		{"info", "info-ground", 4.5}, {"good", "good-ground", 4.5}, {"warn", "warn-ground", 4.5}, {"bad", "bad-ground", 4.5},
		{"link", "info-ground", 4.5}, {"link", "good-ground", 4.5}, {"link", "warn-ground", 4.5}, {"link", "bad-ground", 4.5},
		{"in-text", "in", 4.5}, {"out-text", "out", 4.5}, {"link", "in", 4.5}, {"edge", "card", 3}, {"edge", "ground", 3}, {"accent", "card", 3}, {"accent", "ground", 3},
	}
	for scheme, css := range map[string]string{"light": light, "dark": dark} {
		colour := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6})`).FindAllStringSubmatch(css, -1) {
			colour[m[1]] = luminance(t, m[2])
		}
		for _, p := range pairs {
			a, b := max(colour[p.text], colour[p.ground]), min(colour[p.text], colour[p.ground])
			if ratio := (a + 0.05) / (b + 0.05); ratio < p.least {
				t.Errorf("%s: %s on %s is %.2f, want %.1f", scheme, p.text, p.ground, ratio, p.least)
			}
		}
	}
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		ok(t, err)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
