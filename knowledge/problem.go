package knowledge

import (
	"fmt"
	"sort"
	"strings"
)

// Problem is one thing that is wrong with a base, as an operator reads it.
type Problem struct {
	Severity Severity
	Code     Check
	File     string // path inside the base
	Line     int    // 1-based; 0 when the problem has no place in the file
	Col      int
	Entry    ID   // "" when the file could not be read
	Lang     Lang // "" when it concerns every language

	// Where is the YAML path of the field that it belongs to, such as "$.text.zh",
	// "$.facts.phone" or "$.years.2026", also when the file lacks the field; "" when it
	// belongs to none. Line and Col may be those of something near it.
	Where string
	Text  string // in English; In says it in other languages

	about string    // the thing of a list that it concerns, such as a source; Text begins with it
	said  statement // what Text says, in no language yet
}

// Severity says whether a problem keeps a base from being used.
type Severity int

const (
	Error   Severity = iota // no release is made
	Warning                 // a person should look; the release is made
)

// Check is the stable name of a rule that a base can break.
type Check string

// The rules. Each has a small broken base in testdata/broken.
const (
	BadSyntax        Check = "syntax"
	UnknownField     Check = "unknown-field"
	BadID            Check = "bad-id"
	DuplicateEntry   Check = "duplicate-entry"
	UnknownKind      Check = "unknown-kind"
	MissingField     Check = "missing-field"
	ForeignField     Check = "foreign-field"
	MissingLanguage  Check = "missing-language"
	UnknownReference Check = "unknown-reference"
	WrongKind        Check = "wrong-kind"
	UnequalFacts     Check = "unequal-facts"
	BadTemplate      Check = "bad-template"
	BareNumber       Check = "bare-number"
	BareLink         Check = "bare-link"
	TooLong          Check = "too-long"
	DuplicatePhrase  Check = "duplicate-phrase"
	EmptyPhrase      Check = "empty-phrase"
	DuplicateExample Check = "duplicate-example"
	BadConcept       Check = "bad-concept"
	BadFact          Check = "bad-fact"
	UnknownSource    Check = "unknown-source"
	NoSource         Check = "no-source"
	BadDate          Check = "bad-date"
	BadSource        Check = "bad-source"
	MissingEntry     Check = "missing-entry"
	Unreachable      Check = "unreachable"
	UnsafeText       Check = "unsafe-text"
	BadHours         Check = "bad-hours"
	BadParent        Check = "bad-parent"
	BadLocal         Check = "bad-local"
	BadProvince      Check = "bad-province"
	NoEvidence       Check = "no-evidence"
	NotStamped       Check = "not-stamped"
	StaleTranslation Check = "stale-translation"
	BadTerm          Check = "bad-term"
	GlossaryTerm     Check = "glossary-term"
	Promise          Check = "promise"
	BadLater         Check = "bad-later"

	// Warnings.
	NoRight       Check = "no-right"
	HardToRead    Check = "hard-to-read"
	LowConfidence Check = "low-confidence"
	TierC         Check = "tier-c"
)

// severity is that of every problem with this code.
func (c Check) severity() Severity {
	switch c {
	case NoRight, HardToRead, LowConfidence, TierC:
		return Warning
	}
	return Error
}

// String is the line an operator reads: file:line:col: entry [language]: sentence (code).
// A warning has the word "warning" after the place.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Col)
	}
	b.WriteString(": ")
	if p.Severity == Warning {
		b.WriteString("warning: ")
	}
	if p.Entry != "" {
		b.WriteString(string(p.Entry))
		if p.Lang != "" {
			fmt.Fprintf(&b, " [%s]", langKey(p.Lang))
		}
		b.WriteString(": ")
	}
	fmt.Fprintf(&b, "%s (%s)", p.Text, p.Code)
	return b.String()
}

// Problems is a list of problems; as an error it prints one a line.
type Problems []Problem

// Error joins the lines of all problems.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Errors are the problems that keep a base from being used.
func (ps Problems) Errors() Problems {
	var errs Problems
	for _, p := range ps {
		if p.Severity == Error {
			errs = append(errs, p)
		}
	}
	return errs
}

// Count says how many problems there are of each severity: "1 error, 12 warnings".
func (ps Problems) Count() string {
	errs := len(ps.Errors())
	return plural(errs, "error") + ", " + plural(len(ps)-errs, "warning")
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// sorted orders problems by place, so that a run prints them the same way each time.
func (ps Problems) sorted() Problems {
	sort.SliceStable(ps, func(i, j int) bool {
		a, b := ps[i], ps[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Col < b.Col
	})
	return ps
}
