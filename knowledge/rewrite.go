package knowledge

import (
	"path"
	"slices"
	"strings"
)

// SourcesFile is the path in a base of the file that DecodeSources reads.
const SourcesFile = sourcesFile

// EntryFile reports whether the file of a base at this path holds one entry.
func EntryFile(name string) bool {
	lists := []string{sourcesFile, calendarFile, provincesFile, glossaryFile, conceptsFile}
	return path.Ext(name) == ".yaml" && !slices.Contains(lists, name)
}

// Rewrite gives the file of an entry, in canonical form, when the entry is to say what e says:
// the comment at the head of the file stays. data may be empty: a new file. A comment further
// down would be lost and is an error, of type Problems.
func Rewrite(data []byte, e *Entry) ([]byte, error) {
	body, err := Encode(e)
	if err != nil {
		return nil, err
	}
	return withHead(data, body)
}

// DecodeSources reads sources.yaml strictly, as Decode reads an entry. The error is of type Problems.
func DecodeSources(data []byte) (map[string]Source, error) {
	sources := map[string]Source{}
	if ps := decodeOne(sourcesFile, data, &sources); ps != nil {
		return nil, ps
	}
	return sources, nil
}

// RewriteSources is Rewrite for sources.yaml.
func RewriteSources(data []byte, sources map[string]Source) ([]byte, error) {
	body, err := encodeSources(sources)
	if err != nil {
		return nil, err
	}
	return withHead(data, body)
}

// withHead puts the comment at the head of data above body.
func withHead(data, body []byte) ([]byte, error) {
	head, rest := splitHead(data)
	if p, ok := commentIn("", rest, strings.Count(head, "\n")); ok {
		return nil, Problems{p}
	}
	return append([]byte(head), body...), nil
}

// Restamp says of the texts of e in these languages that they are translations of its Chinese
// texts as they stand. A language without texts is passed over.
func (e *Entry) Restamp(langs ...Lang) {
	for _, l := range langs {
		e.MadeFrom.set(e, l)
	}
}

// Stale reports whether e has texts in l that were not made from its Chinese texts as they
// stand. Chinese itself never is.
func (e *Entry) Stale(l Lang) bool {
	now := e.MadeFrom
	now.set(e, l)
	return now != e.MadeFrom
}
