package redistest

import (
	"context"
	"strings"
)

// field is a line of a section of INFO; "" when the server does not answer.
func field(s *Server, section, name string) string {
	client := s.Client()
	defer client.Close()
	text, err := client.Info(context.Background(), section).Result()
	if err != nil {
		return ""
	}
	return lineOf(text, name)
}

// lineOf finds the value of a line "name:value"; "" when there is none.
func lineOf(text, name string) string {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
