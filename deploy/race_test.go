//go:build race

package deploy_test

// raceFlag builds the program under test as this test was built: what is compiled then is at hand.
const raceFlag = "-race"
