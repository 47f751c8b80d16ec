// Package hurry holds a switch of the tests. Being internal, it is out of reach for all but
// packages people and peopletest.
package hurry

// Passwords makes stores that are opened from then on hash passwords at next to no cost: such
// hashes protect nothing. To be set before any store is opened.
var Passwords bool
