// Package knowledge is what the bot knows: the schema of an entry, reading and checking a
// folder of them, the compiled release that answers are made from, and the match from what
// a user typed to an entry.
//
// A base is a folder of YAML files, one entry each, with three languages side by side.
// Read turns the folder into a Draft, Compile a Draft into a Release. A Release never
// changes; any number of goroutines may use it.
//
// The package knows nothing of conversations (package dialog) or of WeChat (package bot).
package knowledge
