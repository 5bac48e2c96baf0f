// Command pulumi-resource-docker stands in for the official docker plugin 5.0.0 where that can't be downloaded: it
// bridges the same upstream provider. Its schema is empty, which is enough for the engine: programs bring
// @pulumi/docker's types, and checks, diffs and replacements come from the upstream.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

const (
	name    = "docker"
	version = "5.0.0"
)

var emptySchema = []byte("{}")

func main() {
	tfbridge.Main(name, version, provider(), emptySchema)
}
