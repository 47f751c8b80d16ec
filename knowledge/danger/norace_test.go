//go:build !race

package danger

const raceDetector = false
