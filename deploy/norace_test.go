//go:build !race

package deploy_test

const raceFlag = "-race=false"
