// Package load sends a webhook the traffic of the WeChat platform and measures the answers:
// signed and encrypted messages of many users who walk through conversations, some of them
// delivered twice. Every reply is decrypted and checked.
//
// In the closed loop a fixed number of connections send one message after another; it shows
// what a server can do at most. In the open loop messages arrive on a schedule that does not
// wait for the server, and latency counts from the scheduled moment, so that a server that
// stalls is charged for everybody who would have waited (no coordinated omission).
//
// The simulator next door judges one delivery thoroughly; this package is made to cost so
// little that the server is what is measured. It knows nothing of the bot.
package load
