package bot

import "errors"

// CheckToken reports what is wrong with a webhook token; the text holds nothing of it.
func CheckToken(s string) error {
	if s == "" || len(tokenFaults([]string{s})) > 0 {
		return errors.New("must be 3 to 32 letters and digits")
	}
	return nil
}

// CheckAESKey reports what is wrong with an EncodingAESKey; the text holds nothing of it.
func CheckAESKey(s string) error {
	_, err := parseAESKey(s)
	return err
}
