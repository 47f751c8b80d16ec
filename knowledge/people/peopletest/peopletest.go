// Package peopletest makes package people fast enough for the tests of other packages. Nothing but
// tests may import it: the table of imports in cmd/zhilu says so.
package peopletest

import "zhilu/knowledge/people/internal/hurry"

// CheapPasswords makes every store that this process opens from now on hash passwords at next to
// no cost. To be called from an init function of a test.
func CheapPasswords() { hurry.Passwords = true }
